//! Prose, broken into lines, and text that a terminal may be given.

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

/// Shows control characters and those that turn the direction of writing as `\u{..}`, so that a
/// hostile file cannot write to the terminal.
pub fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => safe.push(letter),
            _ if letter.is_control() || is_directional(letter) => {
                safe.extend(letter.escape_unicode())
            }
            _ => safe.push(letter),
        }
    }
    safe
}

fn is_directional(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

    #[test]
    fn a_file_cannot_write_to_the_terminal() {
        assert_eq!(shown("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
    }
}
