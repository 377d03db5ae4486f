//! What is changed in a file, as `patch` and people read it.

use std::fmt::Write;

use crate::report::palette;
use crate::report::speech::shown;

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// Returns the unified difference between two texts of a file; nothing is the text of a file that
/// is new. It is one hunk, from the first line that differs to the last.
pub fn unified(path: &str, old: Option<&str>, new: &str) -> String {
    let before: Vec<&str> = old.unwrap_or_default().lines().collect();
    let after: Vec<&str> = new.lines().collect();
    if old.is_some() && before == after {
        return String::new();
    }
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = before.iter().zip(&after).take_while(same).count();
    let room = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(room).take_while(same).count();
    let from = head.saturating_sub(CONTEXT);
    let rest = tail.saturating_sub(CONTEXT);
    let (gone, come) = (before.len() - tail - head, after.len() - tail - head);
    let around = (head - from) + (tail - rest);
    let source = if old.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let mut out = format!("--- {}\n+++ b/{}\n", shown(&source), shown(path));
    let start = |count: usize| if count == 0 { 0 } else { from + 1 };
    let _infallible = writeln!(
        out,
        "@@ -{},{} +{},{} @@",
        start(gone + around),
        gone + around,
        start(come + around),
        come + around
    );
    let mut line = |mark: &str, text: &str| {
        let text = format!("{mark}{}", shown(text));
        let text = match mark {
            "-" => palette::critical(&text).to_string(),
            "+" => palette::good(&text).to_string(),
            _ => text,
        };
        let _infallible = writeln!(out, "{text}");
    };
    before[from..head].iter().for_each(|text| line(" ", text));
    before[head..head + gone].iter().for_each(|text| line("-", text));
    after[head..head + come].iter().for_each(|text| line("+", text));
    after[head + come..after.len() - rest].iter().for_each(|text| line(" ", text));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_one_hunk_with_three_lines_around_it() {
        palette::paint(false);
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let diff = unified("a.py", Some(old), &old.replace("5\n", "five\nsix\n"));
        let expected =
            "--- a/a.py\n+++ b/a.py\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+six\n 6\n 7\n 8\n";
        assert_eq!(diff, expected);
        assert_eq!(unified("a.py", Some(old), old), "");
        assert_eq!(unified("b", None, "x\n"), "--- /dev/null\n+++ b/b\n@@ -0,0 +1,1 @@\n+x\n");
    }
}
