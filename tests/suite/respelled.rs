//! Examples with other names: those that SQL reads only in quotes, and tables in a schema.

use std::collections::BTreeSet;

/// Operations that take a schema as a keyword.
const IN_SCHEMA: [&str; 14] = [
    "create_table",
    "drop_table",
    "rename_table",
    "add_column",
    "drop_column",
    "alter_column",
    "create_index",
    "drop_index",
    "create_unique_constraint",
    "create_check_constraint",
    "create_primary_key",
    "create_exclude_constraint",
    "drop_constraint",
    "batch_alter_table",
];

/// Where names of tables and columns stand in Python.
const NAMED: [&str; 10] = [
    "sa.Column(\"",
    "op.create_table(\"",
    "op.drop_table(\"",
    "op.add_column(\"",
    "op.drop_column(\"",
    "op.alter_column(\"",
    "op.rename_table(\"",
    "op.batch_alter_table(\"",
    "op.create_table(\n        \"",
    "sa.Column(\n            \"",
];

/// Returns an example with every name of a table or a column in mixed case; nothing where SQL says
/// some of them too, which would then name others.
pub(crate) fn in_mixed_case(text: &str) -> Option<String> {
    renamed(text, |name| {
        let mut letters = name.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    })
}

/// Returns an example in which every name of a table or a column is a reserved word or has a space
/// in it.
pub(crate) fn with_reserved_names(text: &str) -> Option<String> {
    const RESERVED: [&str; 4] = ["order", "user", "group", "limit"];
    let names: Vec<String> = names(text).into_iter().collect();
    renamed(text, |name| {
        let place = names.iter().position(|other| other == name).unwrap_or(0);
        RESERVED.get(place).map_or_else(|| format!("{name} of"), |word| (*word).to_owned())
    })
}

/// Returns an example whose tables lie in a schema; nothing where SQL names some of them.
pub(crate) fn in_a_schema(text: &str) -> Option<String> {
    (!says_sql(text) && !text.contains("op.create_foreign_key(") && !text.contains("schema="))
        .then_some(())?;
    let mut out = text.to_owned();
    for operation in IN_SCHEMA {
        let head = format!("op.{operation}(");
        let mut from = 0;
        while let Some(at) = out[from..].find(&head) {
            let open = from + at + head.len() - 1;
            let close = closing(&out, open)?;
            let trimmed = out[open..close].trim_end();
            let glue = if trimmed.ends_with(',') { " " } else { ", " };
            let end = open + trimmed.len();
            out.insert_str(end, &format!("{glue}schema=\"app\""));
            from = end;
        }
    }
    Some(out.replace("ForeignKey(\"", "ForeignKey(\"app."))
}

/// Tells whether names stand in SQL, where they are spelled by themselves.
fn says_sql(text: &str) -> bool {
    ["op.execute(", "text(", "exec_driver_sql(", "sa.table(", "Constraint(\"", "# file: ../"]
        .iter()
        .any(|sign| text.contains(sign))
}

fn names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for head in NAMED {
        for part in text.split(head).skip(1) {
            names.extend(part.split('"').next().map(str::to_owned));
        }
    }
    names.retain(|name| !name.is_empty() && !name.contains('.'));
    names
}

fn renamed(text: &str, rename: impl Fn(&str) -> String) -> Option<String> {
    if says_sql(text) {
        return None;
    }
    let mut out = text.to_owned();
    for name in names(text) {
        let new = rename(&name);
        out = out.replace(&format!("\"{name}\""), &format!("\"{new}\""));
        out = out.replace(&format!("\"{name}."), &format!("\"{new}."));
        out = out.replace(&format!(".{name}\""), &format!(".{new}\""));
    }
    Some(out)
}

/// Returns where a parenthesis closes.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text[open..].char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}
