//! What a statement says of the columns of its own table: which it names, and which constants it
//! writes to them or compares them with.

use crate::sql::dialect::Dialect;
use crate::sql::functions::PLAIN_CALLS;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression};
use crate::sql::grammar::joined::pairs;
use crate::sql::grammar::meaning::{Target, constant};
use crate::sql::grammar::query::{alias, used_by_expression};
use crate::sql::grammar::scopes::scopes;
use crate::sql::row_change::{Given, Mentions, Told};
use crate::sql::table::TableName;

/// How many rows of an INSERT are looked at.
const ROWS: usize = 64;

impl Mentions {
    /// Returns what a statement says of functions, and of columns of whichever tables.
    pub(in crate::sql) fn of_statement(statement: Cursor<'_>) -> Self {
        Mentions {
            calls: used_by_expression(statement).functions,
            pairs: pairs(statement),
            ..Mentions::default()
        }
    }

    /// Returns what the query in the definition of a view says, from behind its name.
    pub(in crate::sql) fn of_query(definition: Cursor<'_>, reads: &[TableName]) -> Self {
        let mut mentions = Mentions::of_statement(definition);
        let mut query = definition;
        query.until_words(&["AS"]);
        if query.eat("AS") {
            let query = query.over(query.rest());
            mentions.scopes = Box::new(scopes(query));
            mentions.query(query, reads);
        }
        mentions
    }

    /// Adds what an expression says, where no other table is named beside the target.
    pub(in crate::sql) fn read(&mut self, target: &Target, text: Cursor<'_>) {
        // A string in double quotes is a column or a text, as it happens.
        if target.alone
            && text.dialect() != Dialect::Sqlite
            && let Some(expression) = read(text)
        {
            self.of(target, &expression, &text);
        }
    }

    fn of(&mut self, target: &Target, expression: &Expression, text: &Cursor<'_>) {
        match &expression.kind {
            Kind::Column(_) => {
                if let Some(name) = target.column(expression).filter(|name| *name != "*") {
                    self.name(name);
                }
                return;
            }
            Kind::Call { name, .. } if !PLAIN_CALLS.contains(&name.as_str()) => return,
            Kind::Chain { operators, .. } if operators.iter().any(|word| word == "COLLATE") => {
                return;
            }
            Kind::Chain { operators, operands } if operators.len() == 1 => {
                let is_order = matches!(operators[0].as_str(), "<" | ">" | "<=" | ">=");
                if is_order || matches!(operators[0].as_str(), "=" | "<>" | "!=") {
                    self.compare(target, &operands[0], &operands[1], text);
                    self.compare(target, &operands[1], &operands[0], text);
                }
            }
            Kind::In { operand, items: Some(items), .. } => {
                items.iter().for_each(|item| self.compare(target, operand, item, text));
            }
            _ => {}
        }
        for child in expression.children() {
            self.of(target, child, text);
        }
    }

    fn compare(
        &mut self,
        target: &Target,
        one: &Expression,
        other: &Expression,
        text: &Cursor<'_>,
    ) {
        if let (Kind::Column(_), Some(column)) = (&one.kind, target.column(one)) {
            let value = uncast(other, text);
            self.compared.extend(value.map(|sql| Given {
                column: column.to_owned(),
                sql,
                told: Told::Nothing,
            }));
        }
    }

    /// Adds a value that is written to a column.
    pub(in crate::sql) fn write(&mut self, column: &str, value: Cursor<'_>) {
        let sql = read(value).and_then(|expression| uncast(&expression, &value));
        self.written.extend(sql.map(|sql| Given {
            column: column.to_owned(),
            sql,
            told: Told::Nothing,
        }));
    }

    /// Adds the values of the rows of an INSERT.
    pub(in crate::sql) fn rows(&mut self, columns: Option<&[String]>, rows: &[Cursor<'_>]) {
        for row in rows.iter().take(ROWS) {
            let Some(values) = { *row }.group().map(Cursor::list) else { continue };
            let is_whole = !values.iter().any(Cursor::has_hole);
            self.widths.extend(is_whole.then_some(values.len()));
            for (column, value) in columns.into_iter().flatten().zip(values) {
                self.write(column, value);
            }
        }
    }

    /// Adds the columns that a query names, where it reads one table and nothing else.
    pub(in crate::sql) fn query(&mut self, query: Cursor<'_>, reads: &[TableName]) {
        const OTHERS: [&str; 7] =
            ["UNION", "EXCEPT", "INTERSECT", "JOIN", "WITH", "LATERAL", "ONLY"];
        let [table] = reads else { return };
        let mut query = query;
        if !query.eat("SELECT") || OTHERS.iter().any(|word| query.has_word(word)) {
            return;
        }
        query.eat_any(&["DISTINCT", "ALL"]);
        let list = query.until_words(&["FROM"]);
        if !query.eat("FROM") || query.is_mark(b'(') {
            return;
        }
        let named = query.table();
        let target =
            Target { table: table.clone(), alias: alias(&mut query), alone: named == *table };
        // Behind a comma stands a call, whose alias is a column too.
        if query.is_mark(b',') {
            return;
        }
        let mut found = Mentions::default();
        for item in list.list() {
            let mut item = item;
            found.read(&target, item.until_words(&["AS"]));
        }
        if query.eat("WHERE") {
            found.read(
                &target,
                query.until_words(&[
                    "GROUP", "ORDER", "LIMIT", "HAVING", "WINDOW", "OFFSET", "FETCH", "FOR",
                ]),
            );
        }
        self.selected = Some((table.clone(), found.columns));
    }

    fn name(&mut self, column: &str) {
        if !self.columns.iter().any(|held| held == column) {
            self.columns.push(column.to_owned());
        }
    }
}

/// Reads an expression, if that is all there is: what is left over is no error here.
fn read(mut text: Cursor<'_>) -> Option<Expression> {
    let expression = expression(&mut text);
    text.is_done().then_some(expression)
}

/// Returns a constant as SQL, where nothing casts it and no part of it is computed.
fn uncast(expression: &Expression, text: &Cursor<'_>) -> Option<String> {
    let plain = expression.unparenthesized();
    let is_plain = match &plain.kind {
        Kind::Constant => true,
        Kind::Prefix { operand, .. } => operand.kind == Kind::Constant,
        _ => false,
    };
    constant(plain, text).filter(|sql| is_plain && sql != "DEFAULT")
}
