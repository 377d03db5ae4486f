//! What a change makes of the settings that it is judged by.
//!
//! Settings lie in the tree, so a branch can turn a rule off in the commit that needs it. It is
//! judged by them all the same, unless others are trusted, and the report begins with them.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::overrides::Overrides;
use crate::change::project_input::ProjectInput;
use crate::change::trees::{Change, Scope};
use crate::config::read;
use crate::review::finding::Change as Fate;
use crate::snapshot::Snapshot;

/// What is set in a tree, by name.
type Listed = BTreeMap<String, String>;

/// Says what a change makes of the settings, one sentence each; nothing where settings that are
/// named on the command line count.
pub fn sentences(change: &Change, inputs: &[ProjectInput], overrides: &Overrides) -> Vec<String> {
    if overrides.config.is_some() || matches!(change.scope, Scope::All | Scope::State) {
        return Vec::new();
    }
    let new = listed(&change.new);
    let before = before(change);
    let mut said: Vec<String> = match &overrides.trusted {
        Some(trusted) if new != listed(&trusted.tree) => {
            vec![format!("the settings of `{}` count, and not those of this change", trusted.name)]
        }
        _ => Vec::new(),
    };
    said.extend(differences(&before, &new));
    said.extend(inputs.iter().flat_map(own_beginning));
    said
}

/// What was set in the trees that a change grows from, upstream's among them: what one of them has
/// already is not this change's doing.
fn before(change: &Change) -> Vec<Listed> {
    let upstream = change.upstream.iter().flat_map(|upstream| [&upstream.base, &upstream.tip]);
    match change.upstream {
        Some(_) => upstream.map(|tree| listed(tree)).collect(),
        None => change.parents.iter().map(|tree| listed(tree)).collect(),
    }
}

/// Reads what a tree sets.
fn listed(tree: &Snapshot) -> Listed {
    let text = |path: &str| tree.text(path).map(|text| text.content().to_owned());
    read::listed(text(read::PYPROJECT).as_deref(), text(read::OWN_FILE).as_deref())
}

fn differences(before: &[Listed], new: &Listed) -> Vec<String> {
    let Some(first) = before.first() else { return Vec::new() };
    let names: BTreeSet<&String> = first.keys().chain(new.keys()).collect();
    let differs =
        |name: &&&String| before.iter().all(|before| before.get(**name) != new.get(**name));
    names
        .iter()
        .filter(differs)
        .map(|name| match (first.get(*name), new.get(*name)) {
            (Some(old), Some(now)) => {
                format!("`{name}` becomes `{now}` in this change, and was `{old}`")
            }
            (None, Some(now)) => {
                format!("`{name}` becomes `{now}` in this change, and was not set")
            }
            (old, None) => {
                let old = old.map(String::as_str).unwrap_or_default();
                format!("`{name}` is not set any more in this change, and was `{old}`")
            }
        })
        .collect()
}

/// `start-after` passes over what is there already, never over what the change itself adds.
fn own_beginning(input: &ProjectInput) -> Vec<String> {
    let named = &input.settings.start_after;
    let own = input
        .revised
        .iter()
        .filter(|revised| revised.change == Fate::Added && named.contains(&revised.revision));
    own.map(|revised| {
        format!(
            "`start-after` names `{}`, which this change adds: it is judged all the same",
            revised.revision
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &[(&str, &str)]) -> Listed {
        rows.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn each_setting_that_a_change_makes_its_own_is_said() {
        let before = set(&[("testing", "\"required\""), ("upstream", "\"main\""), ("a", "1")]);
        let upstream = set(&[("testing", "\"required\""), ("upstream", "\"main\""), ("a", "2")]);
        let new = set(&[("testing", "\"off\""), ("severity.drop-table", "\"off\""), ("a", "2")]);
        assert_eq!(
            differences(&[before, upstream], &new),
            [
                "`severity.drop-table` becomes `\"off\"` in this change, and was not set",
                "`testing` becomes `\"off\"` in this change, and was `\"required\"`",
                "`upstream` is not set any more in this change, and was `\"main\"`",
            ]
        );
        assert!(differences(&[], &new).is_empty());
    }
}
