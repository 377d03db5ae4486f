//! The words of a comment: what stands in one stays in it, whatever a name holds.

/// A comment of one line. A name may hold line breaks, behind which Python would run what follows.
pub fn remark(words: &str) -> String {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    format!("# {}", words.replace(breaks, " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_line_break_does_not_leave_the_comment() {
        assert_eq!(remark("rows of a\nimport os\r\u{2028}b"), "# rows of a import os  b");
    }
}
