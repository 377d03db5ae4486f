//! Who still uses a table or a column: models that map it, attributes of them, and texts of SQL.

use std::rc::Rc;

use crate::models::files;
use crate::models::model::{ModelTable, Models};
use crate::models::statement::{self, Use as Usage};
use crate::python::module::parse;
use crate::python::syntax::{ExpressionKind as Kind, Part};
use crate::python::walk::{Seen, walk};
use crate::snapshot::{ObjectId, Snapshot};
use crate::sql::table::TableName;
use crate::text::source::{Site, Span, Text};

/// What is asked about: a table, or a column of it.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Whether a use is known to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It is.
    Certain,
    /// The words are there, and nothing says that they mean this.
    Possible,
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
}

/// Endings of files that hold SQL for people or for other programs to run.
const SQL_FILES: [&str; 4] = [".sql", ".sql.j2", ".sql.jinja", ".sql.jinja2"];

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
        let Some(text) = holding(place.snapshot, &id, &words) else { continue };
        found.extend(in_python(asked, table, &path, &text));
    }
    for (path, id) in files::deployed(place.snapshot, place.folders, place.except, &SQL_FILES) {
        let Some(text) = holding(place.snapshot, &id, &words) else { continue };
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
fn holding(snapshot: &Snapshot, id: &ObjectId, words: &[&str]) -> Option<Rc<Text>> {
    let bytes = snapshot.bytes_of(id)?;
    let holds = |word: &&str| contains(&bytes, word);
    words.iter().all(holds).then(|| Rc::new(Text::decode(&bytes)))
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

/// Lists where code names the attribute of a class that maps the column: `User.email`.
fn attributes(asked: &Asked, models: &Models, place: Place<'_>) -> Vec<Use> {
    let mut names: Vec<String> = Vec::new();
    for model in models.tables_named(&asked.table) {
        for class in &model.classes {
            let of = class.attributes.iter().filter(|(_, column)| {
                asked.column.as_ref().is_some_and(|asked| asked.eq_ignore_ascii_case(column))
            });
            names.extend(of.map(|(attribute, _)| format!("{}.{attribute}", class.name)));
        }
    }
    let mut found = Vec::new();
    if names.is_empty() {
        return found;
    }
    for (path, id) in files::deployed(place.snapshot, place.folders, place.except, &[".py"]) {
        let Some(bytes) = place.snapshot.bytes_of(&id) else { continue };
        for name in names.iter().filter(|name| contains(&bytes, name)) {
            let text = Text::decode(&bytes);
            for at in whole_words(text.content(), name) {
                found.push(Use {
                    site: Site { path: Rc::clone(&path), span: Span::new(at, at + name.len()) },
                    line: text.line_of(at),
                    what: name.clone(),
                    how: How::Attribute,
                    certainty: Certainty::Certain,
                });
            }
        }
    }
    found
}

/// Returns where a name stands as a whole, in code.
fn whole_words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
    let stands = move |at: &usize| {
        let before = text.get(..*at).unwrap_or("");
        let after = text.get(at + name.len()..).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        !before.chars().next_back().is_some_and(is_part)
            && !after.chars().next().is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            && !line.contains('#')
    };
    text.match_indices(name).map(|(at, _)| at).filter(stands)
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
