//! Who still uses a table or a column: models that map it, attributes of them, and texts of SQL.

use std::rc::Rc;

use crate::models::certainty::Certainty;
use crate::models::code_uses::{self, Mapped};
use crate::models::core_uses;
use crate::models::files;
use crate::models::model::{ModelTable, Models};
use crate::models::statement::{self, Use as Usage};
use crate::models::texts::Texts;
use crate::python::module::parse;
use crate::python::syntax::{ExpressionKind as Kind, Part};
use crate::python::walk::{Seen, walk};
use crate::snapshot::{ObjectId, Snapshot};
use crate::sql::table::TableName;
use crate::text::source::{Site, Span, Text};

/// What is asked about: a table, or a column of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// The table.
    pub table: TableName,
    /// The column; the table as a whole where there is none.
    pub column: Option<String>,
}

/// A place that uses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where.
    pub site: Site,
    /// The line, from 1.
    pub line: usize,
    /// What stands there: `User.email`.
    pub what: String,
    /// How it uses it.
    pub how: How,
    /// Whether it is known to be this column.
    pub certainty: Certainty,
}

/// How a place uses a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A model maps it: every SELECT and INSERT of the class names it.
    Maps,
    /// A text of SQL names it.
    Sql,
    /// An attribute of a mapped class stands for it.
    Attribute,
}

/// Where uses are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// The folders that are searched.
    pub folders: &'a [String],
    /// Folders that are left out.
    pub except: &'a [String],
    /// Modules that were read before.
    pub texts: &'a Texts,
}

/// Endings of files that hold SQL for people or for other programs to run.
const SQL_FILES: [&str; 4] = [".sql", ".sql.j2", ".sql.jinja", ".sql.jinja2"];

/// Endings of templates that name attributes.
const TEMPLATES: [&str; 5] = [".html", ".jinja", ".jinja2", ".j2", ".mako"];

/// How many uses are listed besides those that decide.
const MOST: usize = 40;

/// Returns what uses a table or a column: what maps it first, certain uses before possible ones.
pub fn uses(asked: &Asked, models: &Models, place: Place<'_>) -> Vec<Use> {
    let Some(table) = asked.table.name.as_str() else { return Vec::new() };
    let line = |site: &Site| {
        place.snapshot.text(&site.path).map_or(1, |text| text.line_of(site.span.start))
    };
    let mut found = Vec::new();
    for model in models.tables_named(&asked.table) {
        for (site, what, certainty) in mapped(asked, model) {
            found.push(Use { line: line(&site), site, what, how: How::Maps, certainty });
        }
    }
    let words: Vec<&str> = [Some(table), asked.column.as_deref()].into_iter().flatten().collect();
    for (path, id) in files::deployed(place.snapshot, place.folders, place.except, &[".py"]) {
        let Some(text) = holding(place, &id, &words) else { continue };
        found.extend(in_python(asked, table, &path, &text));
        found.extend(in_core(asked, table, &path, &text));
    }
    for (path, id) in files::deployed(place.snapshot, place.folders, place.except, &SQL_FILES) {
        let Some(text) = holding(place, &id, &words) else { continue };
        found.extend(in_sql(asked, table, &path, &text));
    }
    found.extend(attributes(asked, models, place));
    found.sort_by(|one, other| {
        let key =
            |found: &Use| (found.certainty, found.how, Rc::clone(&found.site.path), found.line);
        key(one).cmp(&key(other))
    });
    found.dedup_by(|one, other| one.site.path == other.site.path && one.line == other.line);
    found.truncate(MOST);
    found
}

/// Returns where a model maps what is asked about.
fn mapped(asked: &Asked, model: &ModelTable) -> Vec<(Site, String, Certainty)> {
    let Some(column) = &asked.column else {
        return vec![(model.site.clone(), model.title(), Certainty::Certain)];
    };
    let own = model.columns.iter().filter(|own| {
        own.column.name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(column))
    });
    own.map(|own| (own.site.clone(), own.title(model), Certainty::Certain)).collect()
}

/// Returns the text of a file that holds all words.
fn holding(place: Place<'_>, id: &ObjectId, words: &[&str]) -> Option<Rc<Text>> {
    let bytes = place.snapshot.bytes_of(id)?;
    let holds = |word: &&str| contains(&bytes, word);
    words.iter().all(holds).then(|| place.texts.of(id, &bytes))
}

/// Tells whether bytes hold a word, in the letters in which it is given or in small ones.
fn contains(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

fn in_python(asked: &Asked, table: &str, path: &Rc<str>, text: &Text) -> Vec<Use> {
    let mut found = Vec::new();
    let parsed = parse(text);
    walk(&parsed.module.body, &mut |seen| {
        let Seen::Expression(expression) = seen else { return };
        let Kind::Text(parts) = &expression.kind else { return };
        let whole: String = parts
            .iter()
            .map(|part| match part {
                Part::Known(text, _) => text.to_string(),
                Part::Hole { .. } => " ? ".to_owned(),
            })
            .collect();
        let line = |word: &str| {
            let written = text.slice(expression.span).to_lowercase();
            let at = written.find(&word.to_lowercase()).unwrap_or(0);
            text.line_of(expression.span.start + at)
        };
        found.extend(statement_use(asked, table, &whole).map(|certainty| Use {
            site: Site { path: Rc::clone(path), span: expression.span },
            line: line(asked.column.as_deref().unwrap_or(table)),
            what: shortened(&whole),
            how: How::Sql,
            certainty,
        }));
    });
    found
}

/// Finds tables and columns that code names for itself, without a model: `table("users",
/// column("email"))`, `literal_column("users.email")`.
fn in_core(asked: &Asked, table: &str, path: &Rc<str>, text: &Text) -> Vec<Use> {
    let places = core_uses::in_module(table, asked.column.as_deref(), text).into_iter();
    let as_use = |(span, what): (Span, String)| Use {
        line: text.line_of(span.start),
        site: Site { path: Rc::clone(path), span },
        what,
        how: How::Sql,
        certainty: Certainty::Certain,
    };
    places.map(as_use).collect()
}

/// A file of SQL is run by nobody knows whom: what it names may be used.
fn in_sql(asked: &Asked, table: &str, path: &Rc<str>, text: &Text) -> Vec<Use> {
    let mut found = Vec::new();
    let mut start = 0;
    for statement in text.content().split(';') {
        let span = Span::new(start, start + statement.len());
        start = span.end + 1;
        if statement_use(asked, table, statement).is_some() {
            let word = asked.column.as_deref().unwrap_or(table);
            let at = statement.find(word).unwrap_or(0);
            found.push(Use {
                site: Site { path: Rc::clone(path), span },
                line: text.line_of(span.start + at),
                what: shortened(statement),
                how: How::Sql,
                certainty: Certainty::Possible,
            });
        }
    }
    found
}

fn statement_use(asked: &Asked, table: &str, text: &str) -> Option<Certainty> {
    match statement::usage(text, table, asked.column.as_deref()) {
        Usage::No => None,
        Usage::Possible => Some(Certainty::Possible),
        Usage::Certain => Some(Certainty::Certain),
    }
}

/// Lists where code uses the attribute of a class that maps the column.
fn attributes(asked: &Asked, models: &Models, place: Place<'_>) -> Vec<Use> {
    let mapped = mapped_attributes(asked, models);
    let mut found = Vec::new();
    if mapped.is_empty() {
        return found;
    }
    let as_use = |path: &Rc<str>, text: &Text, own: code_uses::Place| Use {
        site: Site { path: Rc::clone(path), span: own.span },
        line: text.line_of(own.span.start),
        what: own.what,
        how: How::Attribute,
        certainty: own.certainty,
    };
    for (path, id) in files::deployed(place.snapshot, place.folders, place.except, &[".py"]) {
        for own in &mapped {
            let Some(text) = holding(place, &id, &[&own.attribute]) else { continue };
            let places = code_uses::in_module(own, &path, &text).into_iter();
            found.extend(places.map(|own| as_use(&path, &text, own)));
        }
    }
    for (path, id) in files::deployed(place.snapshot, place.folders, place.except, &TEMPLATES) {
        for own in &mapped {
            let Some(text) = holding(place, &id, &[&own.attribute]) else { continue };
            let places = code_uses::in_template(own, &text).into_iter();
            found.extend(places.map(|own| as_use(&path, &text, own)));
        }
    }
    found
}

/// Returns the attributes that stand for what is asked about.
fn mapped_attributes(asked: &Asked, models: &Models) -> Vec<Mapped> {
    let Some(column) = &asked.column else { return Vec::new() };
    let mut found: Vec<Mapped> = Vec::new();
    for class in models.tables_named(&asked.table).flat_map(|model| &model.classes) {
        let of = class.attributes.iter().filter(|(_, own)| own.eq_ignore_ascii_case(column));
        let mapped = of.map(|(attribute, own)| Mapped {
            class: Rc::clone(&class.name),
            attribute: Rc::clone(attribute),
            column: own.clone(),
            path: Rc::clone(&class.site.path),
        });
        found.extend(mapped);
    }
    found
}

/// How much of a text is shown.
const SHOWN: usize = 60;

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.chars().count() > SHOWN {
        true => format!("{}…", line.chars().take(SHOWN).collect::<String>()),
        false => line,
    }
}
