//! Texts compared and merged line by line, as git does it.

use diffy::{DiffOptions, merge};

/// Merges two texts that grew from one; nothing where they changed the same lines.
pub fn three_way(base: &str, ours: &str, theirs: &str) -> Option<String> {
    merge(base, ours, theirs).ok()
}

/// Shows what would change in a file as `git diff` does, with three lines around each change.
pub fn patch(path: &str, old: &str, new: &str) -> String {
    let mut options = DiffOptions::new();
    options.set_original_filename(format!("a/{path}")).set_modified_filename(format!("b/{path}"));
    options.create_patch(old, new).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_other_lines_go_together_and_those_of_one_line_do_not() {
        let base = "a\nb\nc\nd\ne\n";
        let merged = three_way(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n");
        assert_eq!(merged.as_deref(), Some("A\nb\nc\nd\nE\n"));
        assert_eq!(three_way(base, "A\nb\nc\nd\ne\n", "Q\nb\nc\nd\ne\n"), None);
    }

    #[test]
    fn a_patch_is_one_that_git_takes() {
        let patch = patch("m/a.py", "one\ntwo\n", "one\nthree\n");
        assert_eq!(patch, "--- a/m/a.py\n+++ b/m/a.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n");
    }
}
