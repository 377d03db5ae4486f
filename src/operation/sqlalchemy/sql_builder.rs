//! SQL text on its way to the reader, with where each part of it was written.

use std::rc::Rc;

use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr, SqlToken};
use crate::operation::step::{Role, SentText};
use crate::python::value::{Piece, Str};
use crate::sql::dialect::Dialect;
use crate::sql::script::SqlText;
use crate::sql::table::TableName;
use crate::text::cut;
use crate::text::known::Known;
use crate::text::source::{Site, Span};

/// SQL text with the places of its parts.
#[derive(Clone, Debug)]
pub struct SqlBuilder {
    /// The text.
    pub sql: SqlText,
    /// The text for people: holes read `…`.
    pub shown: String,
    /// Values that stand in it, apart from those that a person wrote inside SQL.
    pub sent: Vec<(Rc<str>, Option<Site>, Role)>,
    segments: Vec<Segment>,
    role: Role,
    dialect: Dialect,
}

/// A stretch of the text that was written in one place.
#[derive(Clone, Debug)]
struct Segment {
    start: usize,
    end: usize,
    site: Site,
    /// Whether the bytes of the site are the bytes of the text.
    exact: bool,
}

impl SqlBuilder {
    /// Makes an empty one.
    pub fn new(dialect: Dialect) -> Self {
        SqlBuilder {
            sql: SqlText::default(),
            shown: String::new(),
            sent: Vec::new(),
            segments: Vec::new(),
            role: Role::Value,
            dialect,
        }
    }

    /// Makes one of a Python string. `escapes` tells whether `\:` stands for a colon, as in
    /// `text()`.
    pub fn of(text: &Str, escapes: bool, dialect: Dialect) -> Self {
        let mut passage = SqlBuilder::new(dialect);
        passage.push_str(text, escapes);
        passage
    }

    /// Adds SQL.
    pub fn push_text(&mut self, text: &str) {
        self.sql.push(text);
        self.shown.push_str(text);
    }

    /// Adds a hole.
    pub fn push_hole(&mut self, why: &str) {
        self.sql.push_hole(why);
        self.shown.push('…');
    }

    /// Adds a Python string.
    pub fn push_str(&mut self, text: &Str, escapes: bool) {
        let pieces = &text.pieces;
        for (number, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Known { text, at } => {
                    // In source, an escaped colon is two pieces: the escaped backslash and what
                    // follows it.
                    let next = pieces.get(number + 1);
                    let colon =
                        matches!(next, Some(Piece::Known { text, .. }) if text.starts_with(':'));
                    let text = if escapes && colon {
                        text.strip_suffix('\\').unwrap_or(text)
                    } else {
                        text
                    };
                    self.push_piece(text, at.as_ref(), escapes);
                }
                Piece::Hole { why, .. } => self.push_hole(why),
            }
        }
    }

    fn push_piece(&mut self, text: &str, at: Option<&Site>, escapes: bool) {
        let exact = at.is_some_and(|site| site.span.end - site.span.start == text.len());
        let mut from = 0;
        while from < text.len() {
            let escape = if escapes {
                cut::from(text, from).find("\\:").map(|found| from + found)
            } else {
                None
            };
            let to = escape.unwrap_or(text.len());
            let start = self.sql.text().len();
            self.push_text(cut::between(text, from, to));
            if let Some(site) = at {
                let span = match exact {
                    true => Span::new(site.span.start + from, site.span.start + to),
                    false => site.span,
                };
                let site = Site { path: site.path.clone(), span };
                self.segments.push(Segment { start, end: self.sql.text().len(), site, exact });
            }
            // The colon behind the backslash opens the next stretch.
            from = if escape.is_some() { to + 1 } else { to };
        }
    }

    /// Adds an identifier, quoted where it must be.
    pub fn push_name(&mut self, name: &str) {
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && !name.is_empty()
            && RESERVED.binary_search(&name).is_err();
        if plain {
            self.push_text(name);
        } else if self.dialect.is_mysql() {
            self.push_text(&format!("`{}`", name.replace('`', "``")));
        } else {
            self.push_text(&format!("\"{}\"", name.replace('"', "\"\"")));
        }
    }

    /// Adds an identifier that may not be known.
    pub fn push_known(&mut self, name: &Known<String>) {
        match name {
            Known::Is(name) => self.push_name(name),
            Known::Unreadable => self.push_hole("a name cannot be known"),
        }
    }

    /// Adds the name of a table.
    pub fn push_table(&mut self, table: &TableName) {
        if let Some(schema) = &table.schema {
            self.push_known(schema);
            self.push_text(".");
        }
        self.push_known(&table.name);
    }

    /// Adds what FROM names.
    pub fn push_source(&mut self, source: &Source) {
        match source {
            Source::Table(table) => self.push_table(table),
            Source::Alias { table, alias } => {
                self.push_table(table);
                self.push_text(" AS ");
                self.push_name(alias);
            }
            Source::Query { query, alias } => {
                self.push_text("(");
                query.write_within(self, &[]);
                self.push_text(") AS ");
                self.push_name(alias);
            }
        }
    }

    /// Adds an expression.
    pub fn push_fragment(&mut self, fragment: &SqlExpr, scope: &[Source], qualified: bool) {
        for bit in &fragment.bits {
            match bit {
                SqlToken::Text(text) => self.push_text(text),
                SqlToken::Raw(text) => self.push_str(text, true),
                SqlToken::Bound { .. } => {}
                SqlToken::Hole(why) => self.push_hole(why),
                SqlToken::Bind | SqlToken::Drawn => self.push_text(":value"),
                SqlToken::Literal { text, at, .. } => {
                    self.sent.push((text.clone(), at.clone(), self.role));
                    self.push_text(&quoted(text));
                }
                SqlToken::Column { source, name, .. } => {
                    if let Some(label) =
                        source.as_ref().and_then(Source::label).filter(|_| qualified)
                    {
                        self.push_name(label);
                        self.push_text(".");
                    }
                    match name.as_str() {
                        Some("*") => self.push_text("*"),
                        _ => self.push_known(name),
                    }
                }
                SqlToken::Query(query) => {
                    self.push_text("(");
                    query.write_within(self, scope);
                    self.push_text(")");
                }
            }
        }
    }

    /// Adds parts whose values play a role.
    pub fn with_role(&mut self, role: Role, add: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.role, role);
        add(self);
        self.role = outer;
    }

    /// Returns where a stretch of the text is written, if it is written in one place of one file.
    pub fn site(&self, start: usize, end: usize) -> Option<Site> {
        let first =
            self.segments.iter().find(|segment| segment.start <= start && start < segment.end)?;
        let last =
            self.segments.iter().rev().find(|segment| segment.start < end && end <= segment.end)?;
        if first.site.path != last.site.path || last.site.span.end < first.site.span.start {
            return None;
        }
        let from = if first.exact {
            first.site.span.start + (start - first.start)
        } else {
            first.site.span.start
        };
        let to =
            if last.exact { last.site.span.start + (end - last.start) } else { last.site.span.end };
        (from < to).then(|| Site { path: first.site.path.clone(), span: Span::new(from, to) })
    }

    /// Returns the values as strings that reach the database.
    pub fn strings(&self, otherwise: &Site) -> Vec<SentText> {
        self.sent
            .iter()
            .map(|(text, at, role)| SentText {
                text: text.to_string(),
                site: at.clone().unwrap_or_else(|| otherwise.clone()),
                role: *role,
            })
            .collect()
    }
}

/// Returns text as a literal of SQL.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Words that cannot be names unless quoted (PostgreSQL's reserved ones and the most common of
/// others), sorted.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "between",
    "both",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "index",
    "initially",
    "insert",
    "intersect",
    "into",
    "is",
    "join",
    "key",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "new",
    "not",
    "null",
    "off",
    "offset",
    "old",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "set",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];
