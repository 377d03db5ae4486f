//! Prose, broken into lines.

/// Breaks prose at spaces so that no line is longer than `width` where that can be helped. Its own
/// line breaks stay.
pub fn wrap(text: &str, width: usize) -> String {
    text.lines().map(|line| wrap_line(line, width)).collect::<Vec<_>>().join("\n")
}

fn wrap_line(line: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut room = width;
    for word in line.split(' ') {
        let length = word.chars().count();
        match room.checked_sub(length + 1) {
            Some(left) if !wrapped.is_empty() => {
                wrapped.push(' ');
                room = left;
            }
            _ if wrapped.is_empty() => room = width.saturating_sub(length),
            _ => {
                wrapped.push('\n');
                room = width.saturating_sub(length);
            }
        }
        wrapped.push_str(word);
    }
    wrapped
}

/// Puts `margin` before every line that holds something.
pub fn indent(text: &str, margin: &str) -> String {
    let lines = text
        .lines()
        .map(|line| if line.trim().is_empty() { String::new() } else { format!("{margin}{line}") });
    lines.collect::<Vec<_>>().join("\n")
}

/// Counts a noun: `1 issue`, `2 issues`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_at_spaces_and_code_words_stay_whole() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("a-very-long-word b", 4), "a-very-long-word\nb");
        assert_eq!(wrap("one\ntwo", 80), "one\ntwo");
        assert_eq!(wrap("", 80), "");
    }
}
