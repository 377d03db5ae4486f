//! The template of revisions, filled in: `script.py.mako` as Mako would run it, as far as it holds
//! nothing but expressions.

use std::rc::Rc;

use crate::alembic::fallback::evaluate;
use crate::python::value::Value;
use crate::text::source::Text;

/// Alembic's generic template, version 1.20.1.
pub const GENERIC: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision: str = ${repr(up_revision)}
down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}
branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}
depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}


def upgrade() -> None:
    """Upgrade schema."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Downgrade schema."""
    ${downgrades if downgrades else "pass"}
"#;

/// What a merge revision says of itself.
#[derive(Clone, Debug)]
pub struct MergeRevision {
    /// Its id.
    pub id: String,
    /// Its parents.
    pub parents: Vec<String>,
    /// Its message.
    pub message: String,
    /// The time at which it is made, as Python writes it.
    pub created: String,
}

/// Fills in a template; nothing where only Mako can run it.
pub fn fill(template: &str, revision: &MergeRevision) -> Option<String> {
    let names = names(revision);
    let mut out = String::new();
    for line in template.split_inclusive('\n') {
        let start = line.trim_start();
        if start.starts_with("##") {
            continue;
        }
        // Control lines and blocks are Python that runs.
        if start.starts_with('%') || start.starts_with("<%") || start.contains("<%") {
            return None;
        }
        out += &line_filled(line, &names)?;
    }
    Some(out)
}

/// The names that a template may use, as assignments.
fn names(revision: &MergeRevision) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let parents: Vec<String> = revision.parents.iter().map(|parent| quoted(parent)).collect();
    format!(
        "message = {}\nup_revision = {}\ndown_revision = ({},)\ncreate_date = {}\n\
         branch_labels = None\n\
         depends_on = None\nimports = \"\"\nupgrades = \"\"\ndowngrades = \"\"\n",
        quoted(&revision.message),
        quoted(&revision.id),
        parents.join(", "),
        quoted(&revision.created)
    )
}

fn line_filled(line: &str, names: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("${") {
        let end = closing(behind)?;
        out += before;
        out += &value(behind.get(..end)?, names)?;
        rest = behind.get(end + 1..)?;
    }
    Some(out + rest)
}

/// Finds the brace that closes an expression.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '{' | '(' | '[') => depth += 1,
            (None, '}') if depth == 0 => return Some(at),
            (None, '}' | ')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn value(expression: &str, names: &str) -> Option<String> {
    let (expression, filters) = match expression.split_once('|') {
        Some((expression, filters)) => (expression, filters),
        None => (expression, ""),
    };
    let is_known = |filter: &str| matches!(filter.trim(), "comma" | "n" | "" | "str" | "trim");
    if !filters.split(',').all(is_known) {
        return None;
    }
    let source = format!("{names}_value = {}\n", expression.trim());
    let value = evaluate(&Rc::new(Text::new(source)), "_value")?;
    written(&value)
}

/// Writes a value as Mako does; a list of ids is joined, as the filter `comma` joins it.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::None => Some("None".to_owned()),
        Value::Str(text) => text.whole(),
        Value::Tuple(_) | Value::List(_) => {
            let items = value.items()?;
            let items: Option<Vec<String>> = items.iter().map(written).collect();
            items.map(|items| items.join(", "))
        }
        _ => None,
    }
}

/// What names the file of a revision: `file_template` and its kin.
#[derive(Clone, Debug)]
pub struct FileName<'a> {
    /// `file_template`.
    pub template: &'a str,
    /// `truncate_slug_length`.
    pub longest_slug: usize,
    /// Year, month, day, hour, minute, second, and seconds since 1970.
    pub time: [i64; 7],
}

impl FileName<'_> {
    /// Returns the name of the file of a revision, without its folder.
    pub fn of(&self, revision: &MergeRevision) -> String {
        let word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let words = revision.message.split(|letter| !word(letter)).filter(|word| !word.is_empty());
        let mut slug = words.collect::<Vec<_>>().join("_").to_lowercase();
        if slug.chars().count() > self.longest_slug {
            let cut: String = slug.chars().take(self.longest_slug).collect();
            slug = format!("{}_", cut.rsplit_once('_').map_or(cut.as_str(), |(head, _)| head));
        }
        let mut name = self.template.to_owned();
        name = name.replace("%(rev)s", &revision.id).replace("%(slug)s", &slug);
        let keys = ["year", "month", "day", "hour", "minute", "second", "epoch"];
        for (key, value) in keys.iter().zip(self.time) {
            for (form, width) in
                [("d", 0), ("s", 0), (".2d", 2), ("02d", 2), (".4d", 4), ("04d", 4)]
            {
                name = name.replace(&format!("%({key}){form}"), &format!("{value:0width$}"));
            }
        }
        name + ".py"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merge() -> MergeRevision {
        MergeRevision {
            id: "0123456789ab".to_owned(),
            parents: vec!["a1".to_owned(), "b1".to_owned()],
            message: "merge \"a1\" and b1".to_owned(),
            created: "2026-01-02 03:04:05".to_owned(),
        }
    }

    #[test]
    fn the_generic_template_is_filled_in_as_alembic_does() {
        let text = fill(GENERIC, &merge()).unwrap_or_default();
        for line in [
            "\"\"\"merge \"a1\" and b1\n",
            "Revises: a1, b1\n",
            "revision: str = '0123456789ab'\n",
            "down_revision: Union[str, Sequence[str], None] = ('a1', 'b1')\n",
            "branch_labels: Union[str, Sequence[str], None] = None\n",
            "    pass\n",
        ] {
            assert!(text.contains(line), "{line:?} is not in\n{text}");
        }
    }

    #[test]
    fn what_only_mako_can_run_is_not_filled_in() {
        assert_eq!(fill("% for name in names:\n${name}\n% endfor\n", &merge()), None);
        assert_eq!(fill("${config.get('x')}\n", &merge()), None);
    }

    #[test]
    fn files_are_called_as_the_project_calls_them() {
        let name = |template| {
            FileName { template, longest_slug: 10, time: [2026, 1, 2, 3, 4, 5, 99] }.of(&merge())
        };
        assert_eq!(name("%(rev)s_%(slug)s"), "0123456789ab_merge_a1_.py");
        assert_eq!(name("%(year)d-%(month).2d-%(day).2d_%(rev)s"), "2026-01-02_0123456789ab.py");
    }
}
