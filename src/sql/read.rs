//! The reader: from text to statements.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::alter_table::Read;
use crate::sql::grammar::bounds::{statement_past, text_past};
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::object::drop_any;
use crate::sql::grammar::query::used;
use crate::sql::grammar::scopes::scopes;
use crate::sql::grammar::select::{select, select_of};
use crate::sql::grammar::split::split;
use crate::sql::grammar::token::{Token, tokens};
use crate::sql::grammar::{insert, setting, write};
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::{Delete, RowChange, Update};
use crate::sql::script::SqlText;
use crate::sql::statement::Unread;
use crate::sql::statement::{Placed, Statement};
use crate::sql::verdict::Verdict;

/// Reads every statement of a text, in order.
///
/// What is known of a statement with holes is kept; what cannot be read is
/// [`Statement::Unreadable`]. Nothing is dropped but comments and empty statements.
pub fn statements(text: &SqlText, dialect: Dialect) -> Vec<Placed> {
    Reader { text, dialect, depth: 0 }.all()
}

/// Returns how many statements a text has: an ALTER TABLE with several actions is one.
pub fn count(text: &SqlText, dialect: Dialect) -> usize {
    if text_past(text.text().len()).is_some() {
        return 1;
    }
    let tokens = tokens(text, dialect);
    split(text.text(), &tokens, dialect).len()
}

/// Returns what PostgreSQL's parser says of each statement of a text.
pub fn verdicts(text: &SqlText, dialect: Dialect) -> Vec<Verdict> {
    if text_past(text.text().len()).is_some() {
        return vec![Verdict::Unknown];
    }
    let reader = Reader { text, dialect, depth: 0 };
    let tokens = tokens(text, dialect);
    let statements = split(text.text(), &tokens, dialect);
    statements.into_iter().map(|tokens| reader.verdict(tokens)).collect()
}

/// Reads one text.
pub(super) struct Reader<'a> {
    /// The text.
    pub(super) text: &'a SqlText,
    /// Whose SQL it is.
    pub(super) dialect: Dialect,
    /// How many texts this one stands in.
    pub(super) depth: u8,
}

impl Reader<'_> {
    /// Reads every statement, in order.
    pub(super) fn all(&self) -> Vec<Placed> {
        let length = self.text.text().len();
        if let Some(bound) = text_past(length) {
            return vec![placed((beyond(bound, None), 0, length), false)];
        }
        let tokens = tokens(self.text, self.dialect);
        let statements = split(self.text.text(), &tokens, self.dialect);
        statements.into_iter().flat_map(|tokens| self.one(tokens, false)).collect()
    }

    /// Reads one statement; `body` is true inside PL/pgSQL, where SELECT INTO sets a variable.
    pub(super) fn one(&self, tokens: &[Token], body: bool) -> Vec<Placed> {
        let context = Context::new(self.text, self.dialect);
        let cursor = Cursor::new(&context, tokens);
        let (start, end) = cursor.range();
        let keyword = leading(&cursor);
        if let Some(bound) = statement_past(self.text.text(), tokens) {
            return vec![placed((beyond(bound, keyword), start, end), false)];
        }
        if let Some(inner) = conditional_inner(&cursor) {
            let mut inner = self.one(inner, body);
            inner.iter_mut().for_each(|placed| placed.conditional = true);
            return inner;
        }
        let mut read = self.read(cursor, body);
        if !body && self.depth == 0 {
            attach_scopes(&mut read, &cursor);
        }
        let verdict = Verdict::of(&cursor);
        if let Verdict::Refused { near } = verdict {
            let table = read.first().and_then(|(statement, ..)| statement.table().cloned());
            let why = Unread::Refused { near };
            let refused = Statement::Unreadable { why, keyword, table };
            return vec![placed((refused, start, end), false)];
        }
        read.into_iter().map(|read| placed(read, false)).collect()
    }

    fn verdict(&self, tokens: &[Token]) -> Verdict {
        let context = Context::new(self.text, self.dialect);
        let cursor = Cursor::new(&context, tokens);
        if statement_past(self.text.text(), tokens).is_none() {
            self.read(cursor, false);
        }
        Verdict::of(&cursor)
    }

    /// Reads one statement into what it does.
    pub(crate) fn read(&self, mut cursor: Cursor<'_>, body: bool) -> Vec<Read> {
        let (start, end) = cursor.range();
        let whole = |statement| (statement, start, end);
        let place =
            |statements: Vec<Statement>| statements.into_iter().map(whole).collect::<Vec<_>>();
        if cursor.is_hole() {
            return vec![whole(self.begins_with_hole(&cursor))];
        }
        while cursor.is_mark(b'(') && !body {
            cursor.skip(1);
        }
        let word = cursor.word(0).to_ascii_uppercase();
        match word.as_str() {
            "ALTER" => self.alter(cursor),
            "CREATE" => self.create(cursor, body),
            "DROP" => {
                cursor.skip(1);
                place(drop_any(&mut cursor).unwrap_or_else(|| vec![self.unknown(&cursor)]))
            }
            "WITH" => self.with(cursor, body),
            "SELECT" => self.beside(self.writes_within(cursor, body), whole(select(cursor, body))),
            "INSERT" | "REPLACE" => {
                let within = self.writes_within(cursor, body);
                let overwrites = write::overwrites(cursor).map(whole);
                let mut reads = self.beside(within, whole(insert::insert(&mut cursor)));
                let at = reads.len().saturating_sub(1);
                reads.splice(at..at, overwrites);
                reads
            }
            "COPY" => {
                let mut within = self.writes_within(cursor, body);
                if cursor.is_mark_at(1, b'(') {
                    within.extend(called(whole(select_of(&cursor))));
                }
                self.beside(within, whole(setting::copy(&mut cursor)))
            }
            "UPDATE" => vec![whole(named(write::update(&mut cursor), body))],
            "DELETE" => vec![whole(named(write::delete(&mut cursor), body))],
            "MERGE" => place(write::merge(&mut cursor)),
            "SET" if self.dialect.is_mysql() => {
                let called = called(whole(select_of(&cursor)));
                let set = setting::set(&mut cursor).into_iter().map(whole);
                called.into_iter().chain(set).collect()
            }
            "SET" => place(setting::set(&mut cursor)),
            "LOCK" => place(setting::lock(&mut cursor)),
            "TRUNCATE" => place(setting::truncate(&mut cursor)),
            "VACUUM" => place(setting::vacuum(&mut cursor)),
            "RENAME" => place(setting::rename_tables(&mut cursor)),
            "OPTIMIZE" => place(setting::optimize(&mut cursor)),
            "DO" if self.dialect == Dialect::PostgreSql => vec![whole(self.block(cursor))],
            "EXPLAIN" => self.explain(cursor),
            _ => vec![whole(self.single(&mut cursor, &word))],
        }
    }

    /// Reads a statement that is always one.
    fn single(&self, cursor: &mut Cursor<'_>, word: &str) -> Statement {
        if let Some(transaction) = setting::transaction(cursor) {
            return transaction;
        }
        match word {
            "RESET" => setting::reset(cursor),
            "PRAGMA" => setting::pragma(cursor),
            "CLUSTER" => setting::cluster(cursor),
            "REINDEX" => setting::reindex(cursor),
            "REFRESH" => setting::refresh(cursor),
            "COMMENT" => setting::comment(cursor),
            "EXEC" => setting::exec(cursor),
            "EXECUTE" if self.dialect == Dialect::SqlServer => setting::exec(cursor),
            "EXECUTE" => unreadable("a prepared statement is run", Some("EXECUTE".to_owned())),
            "GRANT" | "REVOKE" => Statement::Object(ObjectChange::Grant),
            "CALL" => {
                cursor.skip(1);
                let name = cursor.path().into_option().unwrap_or_else(|| "…".to_owned());
                Statement::Rows(RowChange::Select {
                    functions: vec![name],
                    tables: Vec::new(),
                    scopes: Box::default(),
                })
            }
            "VALUES" => select_of(cursor),
            "TABLE" | "SHOW" | "DESCRIBE" | "DESC" | "HELP" | "PRINT" => Statement::Read,
            "ANALYZE" | "ANALYSE" | "CHECKPOINT" | "DISCARD" | "LISTEN" | "UNLISTEN" | "NOTIFY"
            | "DEALLOCATE" | "PREPARE" | "LOAD" | "SECURITY" | "REASSIGN" | "IMPORT" | "USE"
            | "UNLOCK" | "FLUSH" | "ATTACH" | "DETACH" | "DECLARE" | "CLOSE" | "FETCH" | "MOVE"
            | "KILL" | "SIGNAL" | "REPAIR" => Statement::Other { keyword: word.to_owned() },
            _ => self.unknown(cursor),
        }
    }

    pub(super) fn unknown(&self, cursor: &Cursor<'_>) -> Statement {
        cursor.mark_unexpected();
        let why = match leading(cursor) {
            Some(keyword) => format!("`{keyword}` begins no statement that is known"),
            None => "no statement begins like this".to_owned(),
        };
        unreadable(&why, leading(cursor))
    }

    /// What begins with a hole may be anything; the words that destroy are kept.
    fn begins_with_hole(&self, cursor: &Cursor<'_>) -> Statement {
        let (start, end) = cursor.range();
        let why = self.text.hole_in(start, end).map_or("", |hole| hole.why.as_str());
        let destroys = cursor.tokens.iter().find_map(|token| {
            let word = cursor.text(token).to_ascii_uppercase();
            matches!(word.as_str(), "DROP" | "TRUNCATE" | "DELETE").then_some(word)
        });
        unreadable(&format!("dynamic SQL: {why}"), destroys)
    }
}

/// Returns a query only for the functions that it calls.
pub(super) fn called(read: Read) -> Vec<Read> {
    if read.0 == Statement::Read { Vec::new() } else { vec![read] }
}

/// Says of the statement itself, the last of what was read, which columns it names. In a body they
/// may be variables.
fn attach_scopes(read: &mut [Read], cursor: &Cursor<'_>) {
    if !cursor.is_any(&["SELECT", "WITH", "INSERT", "REPLACE", "UPDATE", "DELETE"]) {
        return;
    }
    match read.last_mut() {
        Some((Statement::Rows(RowChange::Insert(insert)), ..)) => {
            *insert.mentions.scopes = scopes(*cursor);
        }
        Some((Statement::Rows(RowChange::Update(update)), ..)) => {
            *update.mentions.scopes = scopes(*cursor);
        }
        Some((Statement::Rows(RowChange::Delete(delete)), ..)) => {
            *delete.mentions.scopes = scopes(*cursor);
        }
        Some((Statement::Rows(RowChange::Select { scopes: found, .. }), ..)) => {
            **found = scopes(*cursor);
        }
        _ => {}
    }
}

/// Returns the queries of a text that do nothing but read, each with its bytes: what they read,
/// and which columns they name.
pub fn queries(text: &SqlText, dialect: Dialect) -> Vec<(RowChange, usize, usize)> {
    if text_past(text.text().len()).is_some() {
        return Vec::new();
    }
    let tokens = tokens(text, dialect);
    let context = Context::new(text, dialect);
    let mut found = Vec::new();
    for tokens in split(text.text(), &tokens, dialect) {
        let cursor = Cursor::new(&context, tokens);
        let is_query = cursor.is_any(&["SELECT", "WITH"]) && !cursor.has_hole();
        if !is_query || statement_past(text.text(), tokens).is_some() {
            continue;
        }
        let (functions, tables) = (Vec::new(), used(cursor).tables);
        let (start, end) = cursor.range();
        let scopes = Box::new(scopes(cursor));
        found.push((RowChange::Select { functions, tables, scopes }, start, end));
    }
    found
}

/// What a name without a table means in a body may be a variable.
pub(super) fn named(mut statement: Statement, body: bool) -> Statement {
    match &mut statement {
        Statement::Rows(RowChange::Update(Update { mentions, .. }))
        | Statement::Rows(RowChange::Delete(Delete { mentions, .. }))
            if body =>
        {
            mentions.columns.clear();
            mentions.pairs.clear();
            mentions.compared.clear();
        }
        _ => {}
    }
    statement
}

pub(super) fn placed((statement, start, end): Read, conditional: bool) -> Placed {
    Placed { statement, start, end, conditional }
}

pub(super) fn unreadable(why: &str, keyword: Option<String>) -> Statement {
    Statement::Unreadable { why: Unread::because(why), keyword, table: None }
}

/// What stands past a bound: it may do anything.
pub(super) fn beyond(bound: &str, keyword: Option<String>) -> Statement {
    Statement::Unreadable { why: Unread::Beyond(bound.to_owned()), keyword, table: None }
}

/// Returns the first one or two words, upper case.
fn leading(cursor: &Cursor<'_>) -> Option<String> {
    let first = cursor.over(cursor.tokens).word(0).to_ascii_uppercase();
    let two = matches!(first.as_str(), "ALTER" | "CREATE" | "DROP" | "RENAME");
    let second = cursor.over(cursor.tokens).word(1).to_ascii_uppercase();
    match (first.is_empty(), two && !second.is_empty()) {
        (true, _) => None,
        (false, true) => Some(format!("{first} {second}")),
        (false, false) => Some(first),
    }
}

/// Returns the statement behind `IF condition` of SQL Server.
pub(super) fn conditional_inner<'a>(cursor: &Cursor<'a>) -> Option<&'a [Token]> {
    if cursor.dialect() != Dialect::SqlServer || !cursor.is("IF") {
        return None;
    }
    let mut inner = *cursor;
    inner.until_words(&[
        "ALTER", "DROP", "CREATE", "EXEC", "EXECUTE", "UPDATE", "INSERT", "DELETE", "TRUNCATE",
    ]);
    (!inner.is_done()).then(|| inner.rest())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::path::Path;

    use super::*;
    use crate::sql::row_change::OnConflict;
    use crate::sql::table::TableName;
    use crate::sql::title::statement::statement_title;
    use crate::text::cut;

    /// Describes one statement: its title, and of what writes rows the judgement besides.
    fn describe(statement: &Statement, out: &mut String, indent: &str) {
        writeln!(out, "{indent}{}", statement_title(statement)).unwrap();
        let reads = |reads: &[TableName]| match reads {
            [] => String::new(),
            reads => format!(
                ", reads {}",
                reads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            ),
        };
        match statement {
            Statement::Rows(RowChange::Update(update)) => {
                let judged = format!(
                    "{:?} {:?}{}",
                    update.filter.reach,
                    update.filter.tests,
                    reads(&update.reads)
                );
                writeln!(out, "{indent}  = {judged}").unwrap();
            }
            Statement::Rows(RowChange::Delete(delete)) => {
                let judged = format!(
                    "{:?} {:?}{}",
                    delete.filter.reach,
                    delete.filter.tests,
                    reads(&delete.reads)
                );
                writeln!(out, "{indent}  = {judged}").unwrap();
            }
            Statement::Rows(RowChange::Insert(insert))
                if insert.again != OnConflict::Nothing || !insert.reads.is_empty() =>
            {
                writeln!(out, "{indent}  = {:?}{}", insert.again, reads(&insert.reads)).unwrap();
            }
            Statement::Block { statements, guarded } => {
                for placed in statements {
                    let mark = if placed.conditional { "? " } else { "" };
                    describe(&placed.statement, out, &format!("{indent}  {mark}"));
                }
                if *guarded {
                    writeln!(out, "{indent}  guarded").unwrap();
                }
            }
            _ => {}
        }
    }

    /// Makes text of SQL in which `{x}` is a hole.
    fn with_holes(sql: &str) -> SqlText {
        let mut text = SqlText::default();
        let mut rest = sql;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, after) = behind.split_once("}}").unwrap();
            text.push(before);
            text.push_hole(format!("`{name}` is not known"));
            rest = after;
        }
        text.push(rest);
        text
    }

    /// Reads a table: SQL at the margin, what it is read as indented below it. Rewritten by
    /// SNAPSHOTS=overwrite.
    fn check_table(file: &str, dialect: Dialect) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql").join(file);
        let table = std::fs::read_to_string(&path).unwrap();
        let mut out = String::new();
        for line in table.lines().filter(|line| !line.starts_with(' ')) {
            writeln!(out, "{line}").unwrap();
            if line.is_empty() || line.starts_with("# ") {
                continue;
            }
            for placed in statements(&with_holes(&line.replace("\\n", "\n")), dialect) {
                describe(
                    &placed.statement,
                    &mut out,
                    if placed.conditional { "    ? " } else { "    " },
                );
            }
        }
        snapbox::assert_data_eq!(out, snapbox::Data::read_from(&path, None).raw());
    }

    #[test]
    fn statements_of_each_dialect_are_read() {
        check_table("postgresql.txt", Dialect::PostgreSql);
        check_table("mysql.txt", Dialect::MySql);
        check_table("sqlite.txt", Dialect::Sqlite);
        check_table("mssql.txt", Dialect::SqlServer);
    }

    /// Texts that would overflow a stack or hang a careless reader.
    fn hostile() -> Vec<String> {
        let many = |piece: &str| piece.repeat(60_000);
        vec![
            format!("SELECT {}1", many("(")),
            format!("UPDATE t SET a = {}1", many("- ")),
            format!("UPDATE t SET a = {}", many("1 + (2) * ")),
            format!("DELETE FROM t WHERE {}TRUE", many("NOT ")),
            format!("DELETE FROM t WHERE a = 1 {}", many(" OR a = 1")),
            format!("DELETE FROM t WHERE a {}", many(" IS NULL")),
            format!("UPDATE t SET a = 1 {}", many("::x")),
            format!("UPDATE t SET a = b {}", many("[1]")),
            format!("UPDATE t SET a = {}", many("CASE WHEN 1 THEN ")),
            format!("UPDATE t SET a = {}1", many("x, y = ")),
            format!("/* {} */ SELECT 1", many("/*")),
            format!("{} 'x", many("'a' ")),
            format!("DO $$ BEGIN {} END $$", many("IF a THEN ")),
            format!("DO $$ BEGIN {} $$", many("EXECUTE 'DO $x$ BEGIN EXECUTE ''x''; END $x$'; ")),
            format!("WITH {} SELECT 1", many("a AS (SELECT 1), ")),
            many("; "),
            many("$a"),
            many("ALTER TABLE t ADD "),
            many("CREATE TABLE t ("),
            many("\u{e9}\u{1F600}'"),
        ]
    }

    #[test]
    fn hostile_text_ends_in_a_reading() {
        for text in hostile() {
            let text = text.chars().take(60_000).collect::<String>();
            for dialect in [Dialect::PostgreSql, Dialect::MySql] {
                for placed in statements(&SqlText::known(&text), dialect) {
                    assert!(text.get(placed.start..placed.end).is_some());
                }
            }
        }
    }

    #[test]
    fn a_statement_cut_off_anywhere_is_still_read() {
        let files = [
            ("postgresql.txt", Dialect::PostgreSql),
            ("mysql.txt", Dialect::MySql),
            ("sqlite.txt", Dialect::Sqlite),
            ("mssql.txt", Dialect::SqlServer),
        ];
        for (file, dialect) in files {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql").join(file);
            let table = std::fs::read_to_string(path).unwrap();
            for line in table.lines().filter(|line| !line.starts_with(' ')) {
                for cut in (0..line.len()).step_by(5).filter(|&cut| line.is_char_boundary(cut)) {
                    statements(&SqlText::known(cut::to(line, cut)), dialect);
                    statements(&SqlText::known(cut::from(line, cut)), dialect);
                }
            }
        }
    }
}
