//! What was read of models: each table with its columns, where they stand, and what could not be
//! read.

use serde_json::{Value, json};

use crate::models::model::{ModelColumn, ModelTable, UnreadModel};
use crate::report::operation_rows::{of_column, optional, text};
use crate::report::operations::LineOf;
use crate::report::palette;
use crate::report::prose::count;
use crate::report::speech::one_line;
use crate::sql::table::Column;
use crate::text::known::Known;
use crate::text::source::Site;

/// The models of one project that are listed.
pub struct ListedModels<'a> {
    /// The project's name.
    pub project: &'a str,
    /// How many files were read.
    pub files: usize,
    /// The tables.
    pub tables: Vec<&'a ModelTable>,
    /// What may be a table and could not be read.
    pub unread: Vec<&'a UnreadModel>,
}

/// Tells models as one object. Its names are a contract: adding is allowed.
pub fn json(projects: &[ListedModels<'_>], line: &LineOf<'_>) -> String {
    let projects: Vec<Value> = projects.iter().map(|project| of_project(project, line)).collect();
    crate::report::json::write(&json!({"schema": 1, "projects": projects}))
}

fn of_project(project: &ListedModels<'_>, line: &LineOf<'_>) -> Value {
    let tables: Vec<Value> = project.tables.iter().map(|table| of_table(table, line)).collect();
    let unread = project
        .unread
        .iter()
        .map(|unread| placed(json!({"what": unread.what, "why": unread.why}), &unread.site, line));
    json!({
        "project": project.project,
        "files": project.files,
        "tables": tables,
        "unread": unread.collect::<Vec<Value>>(),
    })
}

fn of_table(table: &ModelTable, line: &LineOf<'_>) -> Value {
    let classes =
        table.classes.iter().map(|class| placed(json!({"name": &*class.name}), &class.site, line));
    let columns = table.columns.iter().map(|own| {
        let mut row = of_column(&own.column);
        row["attribute"] = json!(own.attribute.as_ref().map(|_| own.title(table)));
        placed(row, &own.site, line)
    });
    let row = json!({
        "table": text(&table.name.name),
        "schema": optional(table.name.schema.as_ref()),
        "classes": classes.collect::<Vec<Value>>(),
        "columns": columns.collect::<Vec<Value>>(),
        "incomplete": table.open,
    });
    placed(row, &table.site, line)
}

fn placed(mut row: Value, site: &Site, line: &LineOf<'_>) -> Value {
    row["path"] = json!(&*site.path);
    row["line"] = json!(line(site));
    row
}

/// Tells models to people: one line for each column.
pub fn tell(projects: &[ListedModels<'_>], line: &LineOf<'_>) -> String {
    projects.iter().map(|project| listed(project, line)).collect()
}

fn listed(project: &ListedModels<'_>, line: &LineOf<'_>) -> String {
    let mut out = String::new();
    for table in &project.tables {
        let place = format!("{}:{}", table.site.path, line(&table.site));
        let head = one_line(&format!("{} · {}", table.name, table.title()));
        out += &format!("{} ({})\n", palette::strong(&head), one_line(&place));
        for own in &table.columns {
            let place = match own.site.path == table.site.path {
                true => format!("line {}", line(&own.site)),
                false => format!("{}:{}", own.site.path, line(&own.site)),
            };
            out += &format!("  {} ({})\n", one_line(&column(own)), one_line(&place));
        }
        if let Some(why) = &table.open {
            out += &format!("  there may be more: {}\n", one_line(why));
        }
    }
    for unread in &project.unread {
        let place = format!("{}:{}", unread.site.path, line(&unread.site));
        let sentence = format!("`{}` ({place}) cannot be read: {}", unread.what, unread.why);
        out += &format!("{}\n", one_line(&sentence));
    }
    let columns = project.tables.iter().map(|table| table.columns.len()).sum();
    let size = format!(
        "{} with {} in {}",
        count(project.tables.len(), "table"),
        count(columns, "column"),
        count(project.files, "file")
    );
    out + &format!("{}: {size}\n", one_line(project.project))
}

fn column(own: &ModelColumn) -> String {
    let Column { name, kind, nullable, primary_key, .. } = &own.column;
    let kind = kind.as_ref().map_or("type of the column that it refers to", |kind| {
        kind.sql.as_str().unwrap_or(&kind.name)
    });
    let nullable = match nullable {
        Known::Is(true) => "",
        Known::Is(false) => " NOT NULL",
        Known::Unreadable => " NULL or NOT NULL",
    };
    let key = if *primary_key == Known::Is(true) { ", primary key" } else { "" };
    format!("{} {kind}{nullable}{key}", name.as_str().unwrap_or("…"))
}
