//! What is sent to the database because of an operation (measured on Alembic 1.20.1).

use crate::operation::op::emit_alter;
use crate::operation::op::naming::as_sent;
use crate::operation::operation::Operation;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::{Insert, Mentions, OnConflict, RowChange, RowSource};
use crate::sql::statement::{Statement, Unread};
use crate::sql::table::{
    Column, Constraint, ForeignKey, Generated, Index, IndexPart, Key, TableName,
};
use crate::sql::table_change::{CreateTable, TableChange};
use crate::text::known::Known;

/// What is known of the project besides the operation.
#[derive(Clone, Copy, Debug)]
pub struct EmitContext {
    /// The project's dialect.
    pub dialect: Dialect,
    /// Whether constraints without a name get one by convention.
    pub naming_convention: bool,
}

/// Returns what is sent to the database because of an operation, in order. SQL that is executed
/// tells for itself.
pub fn statements(operation: &Operation, ground: EmitContext) -> Vec<Statement> {
    match operation {
        Operation::AddColumn {
            table,
            column,
            if_not_exists,
            inline_references,
            inline_primary_key,
        } => {
            let inline =
                Inline { references: *inline_references, primary_key: *inline_primary_key };
            add_column(table, column, *if_not_exists, inline, ground)
        }
        Operation::DropColumn { table, column, if_exists, drops_default } => {
            let (table, column) = (table.clone(), column.clone());
            let default = TableChange::DropDefault { table: table.clone(), column: column.clone() };
            let (if_exists, cascade) = (*if_exists, false);
            let dropped = TableChange::DropColumn { table, column, if_exists, cascade };
            match *drops_default && ground.dialect == Dialect::SqlServer {
                true => vec![Statement::Table(default), Statement::Table(dropped)],
                false => vec![Statement::Table(dropped)],
            }
        }
        Operation::AlterColumn(alter) => emit_alter::statements(alter, ground.dialect),
        Operation::CreateTable(create) => create_table(create, ground),
        Operation::DropTable { table, if_exists } => {
            vec![Statement::Table(TableChange::DropTable {
                table: table.clone(),
                if_exists: *if_exists,
                cascade: false,
            })]
        }
        Operation::RenameTable { table, to } => {
            vec![Statement::Table(TableChange::RenameTable {
                table: table.clone(),
                to: to.clone(),
            })]
        }
        Operation::OneStatement { statement, .. } => vec![statement.clone()],
        Operation::CreateIndex { table, index } => {
            let index = named(table, index.clone(), ground);
            vec![Statement::Table(TableChange::CreateIndex { table: table.clone(), index })]
        }
        Operation::DropIndex { table, name, schema, concurrently, if_exists } => {
            vec![Statement::Table(TableChange::DropIndex {
                name: name.clone(),
                schema: schema.clone(),
                table: table.clone(),
                concurrently: match ground.dialect {
                    Dialect::PostgreSql => concurrently.clone(),
                    _ => Known::Is(false),
                },
                if_exists: *if_exists,
                cascade: false,
            })]
        }
        Operation::CreateConstraint { table, constraint } => {
            vec![Statement::Table(TableChange::AddConstraint {
                table: table.clone(),
                constraint: constraint.clone(),
            })]
        }
        Operation::DropConstraint { table, name, kind, if_exists } => {
            vec![Statement::Table(TableChange::DropConstraint {
                table: table.clone(),
                name: name.clone(),
                kind: *kind,
                if_exists: *if_exists,
                cascade: false,
            })]
        }
        Operation::BulkInsert { table, rows, columns, generated, values, all } => {
            let width = columns.get().map(Vec::len).filter(|_| *all);
            let (widths, written) = (width.into_iter().collect(), values.clone());
            let mentions = Mentions { widths, written, ..Mentions::default() };
            vec![Statement::Rows(RowChange::Insert(Insert {
                mentions,
                conflict: None,
                table: table.clone(),
                columns: Some(columns.clone()),
                again: OnConflict::Nothing,
                rows: RowSource::Values(rows.clone()),
                reads: Vec::new(),
                literals: Vec::new(),
                generated: generated.clone(),
                drawn_places: Vec::new(),
            }))]
        }
        Operation::CreateType { name, schema, labels } => {
            vec![Statement::Object(ObjectChange::CreateType {
                name: name.clone(),
                schema: schema.clone(),
                labels: labels.clone(),
                if_not_exists: false,
            })]
        }
        Operation::DropType { name, schema } => {
            vec![Statement::Object(ObjectChange::DropType {
                name: name.clone(),
                schema: schema.clone(),
                if_exists: false,
                cascade: false,
            })]
        }
        Operation::Custom { name, registered: true } => vec![Statement::Unreadable {
            why: Unread::because(format!(
                "`op.{name}` is an operation of a plug-in or of the project"
            )),
            keyword: None,
            table: None,
        }],
        Operation::Unreadable { why } => {
            vec![Statement::Unreadable { why: Unread::because(why), keyword: None, table: None }]
        }
        Operation::Execute { .. } | Operation::Custom { .. } => Vec::new(),
    }
}

/// What stands inline in ADD COLUMN.
#[derive(Clone, Copy, Debug)]
struct Inline {
    references: bool,
    primary_key: bool,
}

fn add_column(
    table: &TableName,
    column: &Column,
    if_not_exists: bool,
    inline: Inline,
    ground: EmitContext,
) -> Vec<Statement> {
    let mut emitted = column.clone();
    emitted.unique = Known::Is(false);
    emitted.index = Known::Is(false);
    if ground.dialect == Dialect::PostgreSql {
        emitted.comment = None;
    }
    if !inline.references {
        emitted.foreign_keys.clear();
    }
    if column.primary_key == Known::Is(true) {
        if is_integer(column) && column.generated.is_none() && column.server_default.is_none() {
            emitted.generated = Some(Generated::Serial);
        }
        emitted.primary_key = Known::Is(inline.primary_key);
    }
    if ground.dialect == Dialect::SqlServer {
        emitted.checks.clear();
    }
    let mut statements = vec![Statement::Table(TableChange::AddColumn {
        table: table.clone(),
        column: emitted,
        if_not_exists,
    })];
    if !inline.references {
        statements.extend(column.foreign_keys.iter().map(|key| {
            Statement::Table(TableChange::AddConstraint {
                table: table.clone(),
                constraint: Constraint::ForeignKey(key.clone()),
            })
        }));
    }
    statements.extend(of_column(table, column, ground));
    statements.extend(comment(table, column, ground));
    statements
}

/// Returns the unique constraint and the index that a column asks for.
fn of_column(table: &TableName, column: &Column, ground: EmitContext) -> Vec<Statement> {
    let mut statements = Vec::new();
    let indexed = column.index == Known::Is(true);
    let unique = column.unique == Known::Is(true);
    if unique && !indexed {
        let key =
            Key { name: None, columns: Known::Is(vec![column.name.clone()]), using_index: None };
        statements.push(Statement::Table(TableChange::AddConstraint {
            table: table.clone(),
            constraint: Constraint::Unique(key),
        }));
    }
    if indexed {
        let index = index_of(table, column, ground);
        statements.push(Statement::Table(TableChange::CreateIndex { table: table.clone(), index }));
    }
    statements
}

/// Gives an index without a name the one that SQLAlchemy makes of the table and the first column;
/// where the metadata has a naming convention, that one decides.
fn named(table: &TableName, index: Index, ground: EmitContext) -> Index {
    let column = match index.columns.get().and_then(|parts| parts.first()) {
        Some(IndexPart::Column(column)) => Some(column.as_str()),
        _ => None,
    };
    match index.name {
        Some(_) => index,
        None => Index { name: Some(index_name(table, column, ground)), ..index },
    }
}

/// Returns the name that SQLAlchemy gives to an index: `ix_table_column`.
fn index_name(table: &TableName, column: Option<&str>, ground: EmitContext) -> Known<String> {
    let label = match (&table.schema, &table.name, column) {
        (None, Known::Is(table), Some(column)) => format!("ix_{table}_{column}"),
        (Some(Known::Is(schema)), Known::Is(table), Some(column)) => {
            format!("ix_{schema}_{table}_{column}")
        }
        _ => return Known::Unreadable,
    };
    match ground.naming_convention {
        true => Known::Unreadable,
        false => Known::Is(as_sent(&label, ground.dialect)),
    }
}

/// Returns the index that `index=True` makes.
fn index_of(table: &TableName, column: &Column, ground: EmitContext) -> Index {
    let name = index_name(table, column.name.as_str(), ground);
    Index {
        name: Some(name),
        columns: Known::Is(vec![match &column.name {
            Known::Is(name) => IndexPart::Column(name.clone()),
            Known::Unreadable => IndexPart::Unreadable,
        }]),
        unique: column.unique.clone(),
        concurrently: Known::Is(false),
        if_not_exists: false,
        method: None,
        predicate: None,
        only: false,
        prefixed: false,
        classed: Vec::new(),
        parent: None,
    }
}

fn comment(table: &TableName, column: &Column, ground: EmitContext) -> Option<Statement> {
    let comment = column.comment.clone()?;
    (ground.dialect == Dialect::PostgreSql).then(|| {
        Statement::Object(ObjectChange::Comment {
            table: Some(table.clone()),
            column: Some(column.name.clone()),
            comment: Some(comment),
        })
    })
}

/// Tells whether a primary key of this column is a SERIAL: of an integer, referring to nothing.
fn is_integer(column: &Column) -> bool {
    let integer = column.kind.as_ref().is_some_and(|kind| {
        matches!(
            kind.name.as_str(),
            "Integer" | "BigInteger" | "SmallInteger" | "INTEGER" | "BIGINT" | "SMALLINT" | "INT"
        )
    });
    integer && column.foreign_keys.is_empty()
}

fn create_table(create: &CreateTable, ground: EmitContext) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    if ground.dialect == Dialect::PostgreSql {
        for column in &create.columns {
            let made = enum_of(column);
            if let Some(made) = made.filter(|made| !statements.contains(made)) {
                statements.push(made);
            }
        }
    }
    let mut emitted = create.clone();
    let indexes = std::mem::take(&mut emitted.indexes);
    if ground.dialect == Dialect::Sqlite {
        move_foreign_keys(&mut emitted);
    }
    let key = primary_key(create);
    for column in &mut emitted.columns {
        if ground.dialect == Dialect::PostgreSql {
            column.comment = None;
        }
        let alone = key.len() == 1 && key.contains(&column.name);
        if alone
            && is_integer(column)
            && column.generated.is_none()
            && column.server_default.is_none()
        {
            column.generated = Some(Generated::Serial);
        }
        if column.index == Known::Is(true) {
            column.index = Known::Is(false);
            column.unique = Known::Is(false);
        }
    }
    statements.push(Statement::Table(TableChange::CreateTable(emitted)));
    for column in create.columns.iter().filter(|column| column.index == Known::Is(true)) {
        let index = index_of(&create.table, column, ground);
        statements.push(Statement::Table(TableChange::CreateIndex {
            table: create.table.clone(),
            index,
        }));
    }
    statements.extend(indexes.into_iter().map(|index| {
        let index = named(&create.table, index, ground);
        Statement::Table(TableChange::CreateIndex { table: create.table.clone(), index })
    }));
    statements.extend(comment_of_table(create, ground));
    statements
        .extend(create.columns.iter().filter_map(|column| comment(&create.table, column, ground)));
    statements
}

fn comment_of_table(create: &CreateTable, ground: EmitContext) -> Option<Statement> {
    let comment = create.comment.clone()?;
    (ground.dialect == Dialect::PostgreSql).then(|| {
        Statement::Object(ObjectChange::Comment {
            table: Some(create.table.clone()),
            column: None,
            comment: Some(comment),
        })
    })
}

/// SQLAlchemy writes the foreign keys of columns behind the columns, which SQLite tells apart: it
/// drops a column with what stands in it alone.
fn move_foreign_keys(create: &mut CreateTable) {
    for column in &mut create.columns {
        let own = Known::Is(vec![column.name.clone()]);
        let keys = std::mem::take(&mut column.foreign_keys).into_iter();
        let keys = keys.map(|key| ForeignKey { columns: own.clone(), ..key });
        create.constraints.extend(keys.map(Constraint::ForeignKey));
    }
}

/// Returns the columns of the primary key.
fn primary_key(create: &CreateTable) -> Vec<Known<String>> {
    let inline = create.columns.iter().filter(|column| column.primary_key == Known::Is(true));
    let mut key: Vec<Known<String>> = inline.map(|column| column.name.clone()).collect();
    for constraint in &create.constraints {
        if let Constraint::PrimaryKey(Key { columns: Known::Is(columns), .. }) = constraint {
            key.extend(columns.iter().cloned());
        }
    }
    key
}

/// Returns the CREATE TYPE that making a table with this column brings along.
fn enum_of(column: &Column) -> Option<Statement> {
    let kind = column.kind.as_ref()?.labels.as_ref()?;
    if !kind.native || !kind.created_with_table {
        return None;
    }
    Some(Statement::Object(ObjectChange::CreateType {
        name: kind.name.clone().unwrap_or(Known::Unreadable),
        schema: kind.schema.clone(),
        labels: Some(kind.clone()),
        if_not_exists: false,
    }))
}
