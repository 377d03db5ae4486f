//! What an author hears, once and in two lines, of what went around the gate: what came in, and how
//! to fix it.

use crate::report::speech::shown;

/// A commit that holds what the gate would have refused.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// Its id.
    pub commit: &'a str,
    /// How it got in, as a clause that follows the commit.
    pub clause: String,
    /// Rule, file and line of what was found; empty where it could not be judged.
    pub places: Vec<(&'a str, &'a str, Option<usize>)>,
}

/// Tells what came in and how to fix it. `is_last` where it is the commit that was just made.
pub fn tell(recorded: &[Recorded<'_>], is_last: bool) -> String {
    let Some(first) = recorded.first() else { return String::new() };
    let others = match recorded.len() - 1 {
        0 => String::new(),
        others => format!("; and {others} more {}", if others == 1 { "commit" } else { "commits" }),
    };
    let fix = if is_last {
        "correct it and `git commit --amend`"
    } else {
        "correct it in a commit of its own"
    };
    format!(
        "{} {}: {}{others}\n  hint: {fix}; it is on record, and `safe-migration audit` finds it wherever it goes",
        short(first.commit),
        first.clause,
        found(first),
    )
}

/// `drop-column in alembic/versions/ab12.py:9, and 2 more findings`.
fn found(recorded: &Recorded<'_>) -> String {
    let Some((rule, path, line)) = recorded.places.first() else {
        return "it could not be judged".to_owned();
    };
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let more = match recorded.places.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more {}", if more == 1 { "finding" } else { "findings" }),
    };
    format!("{rule} in {}{line}{more}", shown(path).replace('\n', "\\n"))
}

/// Returns the beginning of a commit's id, as people write it.
pub fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_told_in_two_lines() {
        let places = vec![("drop-column", "a/b.py", Some(9)), ("drop-table", "a/b.py", None)];
        let clause = "went around the gate".to_owned();
        let one = Recorded { commit: "0123456789abcdef", clause, places };
        let out = tell(std::slice::from_ref(&one), true);
        assert_eq!(out.lines().count(), 2);
        assert!(
            out.starts_with(
                "0123456789 went around the gate: drop-column in a/b.py:9, and 1 more finding"
            ),
            "{out}"
        );
        assert!(tell(&[one.clone(), one], false).contains("and 1 more commit"));
    }
}
