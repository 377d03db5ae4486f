//! Whether two texts of a revision mean the same.

use std::collections::HashMap;

use crate::alembic::migration::{Comment, Migration};
use crate::operation::operation::Operation;
use crate::operation::step::{Body, Script, Step};
use crate::python::module::parse;
use crate::python::syntax::{ExpressionKind, StatementKind};
use crate::python::walk::{Seen, walk};
use crate::sql::statement::Statement;
use crate::sql::table::Column;
use crate::sql::table_change::TableChange;
use crate::text::known::{Known, holds_unread};
use crate::text::source::{Span, Text};

/// In what two texts of a revision differ. Whoever differs in less is the smaller one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Difference {
    /// What `upgrade` does.
    pub upgrade: bool,
    /// Its id, its parents, what it depends on, its labels.
    pub header: bool,
    /// What `downgrade` does.
    pub downgrade: bool,
    /// Waivers and plans, or what they cover.
    pub remarks: bool,
    /// What does not parse.
    pub syntax: bool,
}

impl Difference {
    /// Tells whether they mean the same.
    pub fn is_none(self) -> bool {
        self == Difference::default()
    }
}

/// Compares two texts of a revision; where things stand in the file does not matter, nor how they
/// are written.
pub fn compare(a: &Migration, b: &Migration) -> Difference {
    compare_by(a, b, &code, Strictness::Whole)
}

/// Compares two texts of a revision that has run: in `text(...)` or bare, a statement is the one that
/// the database was sent. Whether a newer SQLAlchemy takes it bare is a question of new revisions, and
/// what Python puts into new rows (`default=`) reaches no database from here.
pub fn compare_released(a: &Migration, b: &Migration) -> Difference {
    compare_by(a, b, &unwrapped_code, Strictness::Sent)
}

/// How much of two steps must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strictness {
    /// All that rules ask about.
    Whole,
    /// What the database is sent.
    Sent,
}

fn compare_by(
    a: &Migration,
    b: &Migration,
    code: &dyn Fn(&Text) -> String,
    strictness: Strictness,
) -> Difference {
    let differs = code(&a.text) != code(&b.text);
    // Where the code is the same, so are the values, by keyword or in a dict.
    let values = strictness == Strictness::Whole || differs;
    let figures = differs && numbers(&a.text) != numbers(&b.text);
    let same = |one: &Script, other: &Script| {
        // A number that is bound to a statement stands in the code alone.
        let binds = strictness == Strictness::Sent && figures && (binds(one) || binds(other));
        !binds && same_script_by(one, other, strictness, values)
    };
    let linked = |migration: &Migration| {
        let header = migration.header.clone();
        (header.revision, header.down_revisions, header.depends_on, header.branch_labels)
    };
    let errors = |migration: &Migration| {
        migration.syntax_errors.iter().map(|(_, why)| why.clone()).collect::<Vec<_>>()
    };
    Difference {
        // What was not read may mean anything.
        upgrade: a.bound.is_some()
            || b.bound.is_some()
            || !same(&a.upgrade, &b.upgrade)
            || hides_a_change((&a.upgrade, &b.upgrade), differs),
        header: linked(a) != linked(b),
        downgrade: !same(&a.downgrade, &b.downgrade)
            || hides_a_change((&a.downgrade, &b.downgrade), differs),
        remarks: remarks(a) != remarks(b),
        syntax: errors(a) != errors(b),
    }
}

/// Tells whether two directions do the same, wherever it stands.
pub fn same_script(a: &Script, b: &Script) -> bool {
    same_script_by(a, b, Strictness::Whole, true)
}

fn same_script_by(a: &Script, b: &Script, strictness: Strictness, values: bool) -> bool {
    let remarks = |script: &Script| -> Vec<_> {
        script.remarks.iter().map(|remark| (remark.kind, remark.what.clone())).collect()
    };
    let same = |(a, b): (&Step, &Step)| match strictness {
        Strictness::Whole => same_step(a, b, strictness, values),
        Strictness::Sent => same_step(&as_sent(a), &as_sent(b), strictness, values),
    };
    a.steps.len() == b.steps.len()
        && a.steps.iter().zip(&b.steps).all(same)
        && remarks(a) == remarks(b)
        && same_body(&a.body, &b.body)
}

/// Returns a step without what Python alone knows of its columns.
fn as_sent(step: &Step) -> Step {
    let mut step = step.clone();
    let plain = |columns: &mut [Column]| {
        columns.iter_mut().for_each(|column| column.python_default = false);
    };
    match &mut step.operation {
        Operation::AddColumn { column, .. } => plain(std::slice::from_mut(column)),
        Operation::CreateTable(create) => plain(&mut create.columns),
        _ => {}
    }
    for emitted in &mut step.emitted {
        match &mut emitted.statement {
            Statement::Table(TableChange::AddColumn { column, .. }) => {
                plain(std::slice::from_mut(column));
            }
            Statement::Table(TableChange::CreateTable(create)) => plain(&mut create.columns),
            _ => {}
        }
    }
    step
}

fn same_step(a: &Step, b: &Step, strictness: Strictness, values: bool) -> bool {
    let how = |step: &Step| (step.mode, step.conditional, step.repeated, step.guarded);
    let batch = |step: &Step| step.batch.map(|batch| batch.recreate_always);
    let emitted = |step: &Step| {
        step.emitted
            .iter()
            .map(|emitted| (emitted.statement.clone(), emitted.conditional))
            .collect::<Vec<_>>()
    };
    let strings = |step: &Step| {
        step.strings.iter().map(|sent| (sent.text.clone(), sent.role)).collect::<Vec<_>>()
    };
    how(a) == how(b)
        && batch(a) == batch(b)
        && same_operation(&a.operation, &b.operation)
        && ((strictness == Strictness::Sent && is_known_sql(&a.operation))
            || emitted(a) == emitted(b))
        && (!values || (a.swallowed == b.swallowed && strings(a) == strings(b)))
}

/// Returns the numbers in the code of a text, in order of size: where they stand does not matter.
fn numbers(text: &Text) -> Vec<String> {
    let code = uncommented(text);
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let words = code.split(|letter: char| !is_part(letter));
    let is_number = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let mut numbers: Vec<String> = words.filter(is_number).map(str::to_owned).collect();
    numbers.sort_unstable();
    numbers
}

/// Tells whether a direction sends SQL with places for values: `:rate`.
fn binds(script: &Script) -> bool {
    let has_place = |step: &Step| match &step.operation {
        Operation::Execute { sql: Some(Known::Is(sql)), .. } => {
            let letters = sql.chars().zip(sql.chars().skip(1)).zip(sql.chars().skip(2));
            let begins = |((before, mark), after): ((char, char), char)| {
                before != ':' && mark == ':' && (after.is_alphabetic() || after == '_')
            };
            letters.into_iter().any(begins)
        }
        _ => false,
    };
    script.steps.iter().any(has_place)
}

/// Tells whether an operation sends SQL that is known: what its statements hold besides follows from
/// the text and from the values, which are compared as such.
fn is_known_sql(operation: &Operation) -> bool {
    matches!(operation, Operation::Execute { sql: Some(Known::Is(_)), .. })
}

/// Tells whether two operations are one: SQL may be laid out in another way.
fn same_operation(a: &Operation, b: &Operation) -> bool {
    match (a, b) {
        (
            Operation::Execute { sql: Some(Known::Is(one)), via: by },
            Operation::Execute { sql: Some(Known::Is(other)), via: with },
        ) => by == with && (one == other || one_line(one) == one_line(other)),
        (a, b) => a == b,
    }
}

/// Joins the words of SQL by one space each; text in quotes stays as it is, as all of it does where a
/// comment ends with its line.
fn one_line(sql: &str) -> String {
    if sql.contains("--") {
        return sql.to_owned();
    }
    let pieces = sql.split('\'').enumerate().map(|(at, piece)| match at % 2 {
        0 => {
            let inner = piece.split_whitespace().collect::<Vec<_>>().join(" ");
            let edge = |is_space: bool| if is_space { " " } else { "" };
            let (before, after) = (
                edge(at > 0 && piece.starts_with(char::is_whitespace)),
                edge(piece.ends_with(char::is_whitespace)),
            );
            format!("{before}{inner}{after}")
        }
        _ => piece.to_owned(),
    });
    pieces.collect::<Vec<_>>().join("'").trim().to_owned()
}

/// Tells whether something that could not be read may differ: two such steps look alike whatever is
/// in them, so that the code itself must be the same.
fn hides_a_change((a, b): (&Script, &Script), differs: bool) -> bool {
    let unread = |script: &Script| {
        script.steps.iter().any(|step| {
            matches!(step.operation, Operation::Unreadable { .. })
                || holds_unread(&step.operation)
                || step.emitted.iter().any(|emitted| holds_unread(&emitted.statement))
        })
    };
    differs && (unread(a) || unread(b))
}

/// Returns the code of a text without what a formatter changes.
fn code(text: &Text) -> String {
    unformatted(&uncommented(text))
}

/// Returns the code of a text without comments.
fn uncommented(text: &Text) -> String {
    let mut left = String::new();
    let mut from = 0;
    for comment in &parse(text).comments {
        left += text.slice(Span::new(from, comment.span.start));
        from = comment.span.end;
    }
    left + text.slice(Span::new(from, text.content().len()))
}

/// Returns the code of a text without its statements that print and call nothing else.
fn unprinted(text: &Text) -> String {
    let mut printed: Vec<Span> = Vec::new();
    let module = parse(text).module;
    walk(&module.body, &mut |seen| {
        if let Seen::Statement(statement) = seen
            && let StatementKind::Expression(expression) = &statement.kind
            && let ExpressionKind::Call(callee, _) = &expression.kind
            && matches!(&callee.kind, ExpressionKind::Name(name) if **name == *"print")
            && text.slice(statement.span).matches('(').count() == 1
        {
            printed.push(statement.span);
        }
    });
    let mut left = String::new();
    let mut from = 0;
    for span in printed {
        left += text.slice(Span::new(from, span.start));
        from = span.end;
    }
    left + text.slice(Span::new(from, text.content().len()))
}

/// Leaves out white space, quotes, commas and brackets.
fn unformatted(code: &str) -> String {
    code.chars().filter(|it| !it.is_whitespace() && !"'\",()\\".contains(*it)).collect()
}

/// Returns the code of a text without `text(...)` around statements, without what is printed and
/// without imports of SQLAlchemy and of what annotations are made of.
fn unwrapped_code(text: &Text) -> String {
    const IMPORTS: [&str; 6] = [
        "from sqlalchemy",
        "import sqlalchemy",
        "from typing",
        "import typing",
        "from collections.abc",
        "from __future__",
    ];
    let is_import = |line: &str| IMPORTS.iter().any(|start| line.starts_with(start));
    let code = unprinted(&Text::decode(uncommented(text).as_bytes()));
    let lines = code.lines().filter(|line| !is_import(line));
    let mut plain = lines.collect::<Vec<_>>().join("\n");
    for wrapper in ["sa.sql.text(", "sa.text(", "sqlalchemy.text("] {
        plain = plain.replace(wrapper, "(");
    }
    for generic in ["List[", "Dict[", "Tuple[", "Set[", "Type["] {
        plain = plain.replace(generic, &generic.to_lowercase());
    }
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
    let mut unwrapped = String::new();
    let mut pieces = plain.split("text(").peekable();
    while let Some(piece) = pieces.next() {
        unwrapped += piece;
        if pieces.peek().is_some() {
            unwrapped += if piece.ends_with(is_part) { "text(" } else { "(" };
        }
    }
    // Values are given by keyword or, for SQLAlchemy 2, in a dict.
    unformatted(&unwrapped).replace(['{', '}'], "").replace(':', "=")
}

fn same_body(a: &Body, b: &Body) -> bool {
    match (a, b) {
        (Body::Raises { message: a, .. }, Body::Raises { message: b, .. }) => a == b,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Returns the remarks that may lower a finding, each with the steps that it covers.
fn remarks(migration: &Migration) -> Vec<(String, Vec<usize>)> {
    let steps = || migration.upgrade.steps.iter().chain(&migration.downgrade.steps);
    let covers = |comment: &Comment, step: &Step| {
        let on = |span: Span| comment.covers.contains(span);
        on(step.site.span) || step.within.iter().any(|span| on(*span))
    };
    let covered = |comment: &Comment| -> Vec<usize> {
        steps().enumerate().filter(|(_, step)| covers(comment, step)).map(|(at, _)| at).collect()
    };
    let speaking = migration.remarks.iter().filter(|comment| speaks(&comment.text));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    speaking.map(|comment| (words(&comment.text), covered(comment))).collect()
}

/// Tells whether a comment may be a waiver or a plan. One too many costs a review, one too few
/// would hide a change.
fn speaks(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["safe-migration", "plan", "window", "irreversible", "traffic", "peak", "squashes"]
        .iter()
        .any(|word| lower.contains(word))
}

/// Returns the lines of `new`, from 1, that `old` has not: what stands between the lines that both
/// begin and end with, less what `old` has there too.
pub fn changed_lines(old: &Text, new: &Text) -> Vec<usize> {
    let old: Vec<&str> = old.content().lines().collect();
    let new: Vec<&str> = new.content().lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail =
        old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut left: HashMap<&str, usize> = HashMap::new();
    for line in &old[head..old.len() - tail] {
        *left.entry(line).or_default() += 1;
    }
    let mut is_new = |line: &str| match left.get_mut(line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    (head..new.len() - tail).filter(|&at| is_new(new[at])).map(|at| at + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_may_be_laid_out_in_another_way() {
        let same = |one: &str, other: &str| one_line(one) == one_line(other);
        assert!(same("UPDATE t  SET x = 1\n", "\n    UPDATE t\n    SET x = 1"));
        assert!(same("SELECT 'a  b' FROM\tt", "SELECT 'a  b'\nFROM t"));
        assert!(!same("SELECT 'a  b'", "SELECT 'a b'"));
        assert!(!same("SELECT 1 -- a\n, 2", "SELECT 1 -- a , 2"));
        assert!(!same("UPDATE t SET x = 1", "UPDATE t SET x = 2"));
    }

    #[test]
    fn what_is_printed_and_what_annotations_are_made_of_is_no_change() {
        let code = |text: &str| unwrapped_code(&Text::decode(text.as_bytes()));
        let old = "from typing import List\n\n\ndef upgrade():\n    print(f\"fixed {a.b} of {c}\")\n    \
                   names: List[str] = read(bind)\n";
        let new = "from collections.abc import Iterable\n\n\ndef upgrade():\n    print(\"fixed\", a.b)\n    \
                   names: list[str] = read(bind)\n";
        assert_eq!(code(old), code(new));
        assert_ne!(code(old), code(&old.replace("read(bind)", "write(bind)")));
        assert_ne!(code("print(run(a))\n"), code("print(run(b))\n"));
    }
}
