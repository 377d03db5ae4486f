//! Random statements over few names, so that they meet: about half of them are right.

use safe_migration::schema::database::Database;
use safe_migration::sql::dialect::Dialect;
use safe_migration::sql::table::Constraint;
use safe_migration::text::known::Known;

/// A generator of numbers (xorshift), the same for the same seed.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const TABLES: [&str; 4] = ["a", "b", "c", "d"];
const COLUMNS: [&str; 5] = ["id", "x", "y", "z", "w"];
const INDEXES: [&str; 4] = ["i1", "i2", "i3", "a"];
const CONSTRAINTS: [&str; 4] = ["k1", "k2", "k3", "i1"];
const TYPES: [&str; 3] = ["m1", "m2", "c"];
const VIEWS: [&str; 3] = ["v1", "v2", "b"];

/// What is known of the state, and chance.
struct Maker<'a> {
    random: &'a mut Random,
    database: &'a Database,
    dialect: Dialect,
}

/// Makes a statement that a state may take or refuse.
pub(super) fn statement(random: &mut Random, database: &Database, dialect: Dialect) -> String {
    let mut maker = Maker { random, database, dialect };
    match dialect {
        Dialect::PostgreSql => maker.postgresql(),
        Dialect::Sqlite => maker.sqlite(),
        _ => maker.mariadb(),
    }
}

/// A type that may be numbered, or not.
fn second_kind(column: &str) -> &'static str {
    if column == "w" { "text" } else { "integer" }
}

impl Maker<'_> {
    fn table(&mut self) -> String {
        let there: Vec<String> = self.database.tables().map(|table| table.name.clone()).collect();
        match !there.is_empty() && self.random.chance(75) {
            true => there[self.random.below(there.len())].clone(),
            false => self.random.pick(&TABLES).to_owned(),
        }
    }

    /// A column, of a table if it has one.
    fn column(&mut self, table: &str) -> String {
        let there: Vec<String> = self
            .database
            .tables()
            .filter(|held| held.name == table)
            .flat_map(|held| held.columns.iter().map(|column| column.name.clone()))
            .collect();
        match !there.is_empty() && self.random.chance(75) {
            true => there[self.random.below(there.len())].clone(),
            false => self.random.pick(&COLUMNS).to_owned(),
        }
    }

    fn new_column(&mut self) -> &'static str {
        self.random.pick(&COLUMNS)
    }

    /// A constraint, of a table if it has one.
    fn constraint(&mut self, table: &str) -> String {
        let there: Vec<String> = self
            .database
            .tables()
            .filter(|held| held.name == table)
            .flat_map(|held| &held.constraints)
            .filter_map(|held| match &held.constraint {
                Constraint::NotNull { .. } => None,
                other => other.name().and_then(Known::as_str).map(str::to_owned),
            })
            .collect();
        match !there.is_empty() && self.random.chance(70) {
            true => there[self.random.below(there.len())].clone(),
            false => self.random.pick(&CONSTRAINTS).to_owned(),
        }
    }

    fn index(&mut self) -> String {
        let there: Vec<String> = self
            .database
            .tables()
            .flat_map(|held| &held.indexes)
            .filter_map(|index| index.name.as_ref().and_then(Known::as_str).map(str::to_owned))
            .collect();
        match !there.is_empty() && self.random.chance(65) {
            true => there[self.random.below(there.len())].clone(),
            false => self.random.pick(&INDEXES).to_owned(),
        }
    }

    fn kind(&mut self) -> String {
        let words: &[&str] = match self.dialect {
            Dialect::PostgreSql => &[
                "integer",
                "bigint",
                "smallint",
                "text",
                "varchar(20)",
                "boolean",
                "numeric(10, 2)",
                "timestamp",
                "timestamptz",
                "date",
                "uuid",
                "jsonb",
                "json",
                "double precision",
                "integer[]",
                "text[]",
            ],
            Dialect::Sqlite => &["INTEGER", "TEXT", "VARCHAR(20)", "BOOLEAN", "DATETIME"],
            _ => &[
                "INTEGER",
                "BIGINT",
                "VARCHAR(20)",
                "BOOL",
                "DATETIME",
                "DATE",
                "NUMERIC(10, 2)",
                "ENUM('x','y')",
                "DOUBLE",
            ],
        };
        let enums: Vec<String> = self
            .database
            .types
            .iter()
            .filter_map(|kind| kind.name.as_ref().and_then(Known::as_str).map(str::to_owned))
            .collect();
        match !enums.is_empty() && self.random.chance(25) {
            true => enums[self.random.below(enums.len())].clone(),
            // Half of all are whole numbers, so that keys fit each other.
            false if self.random.chance(50) => words[0].to_owned(),
            false => self.random.pick(words).to_owned(),
        }
    }

    fn default(&mut self) -> &'static str {
        let words: &[&str] = match self.dialect {
            Dialect::PostgreSql => &[
                "0",
                "1.5",
                "'0'",
                "'abc'",
                "true",
                "'true'",
                "NULL",
                "now()",
                "CURRENT_DATE",
                "'{}'",
                "'[]'",
                "gen_random_uuid()",
                "'low'",
                "'{}'::jsonb",
                "'5'::text",
            ],
            Dialect::Sqlite => &["0", "'abc'", "NULL"],
            _ => &["0", "'0'", "'abc'", "'x'", "'true'", "'a much longer text than fits'"],
        };
        self.random.pick(words)
    }

    fn columns(&mut self, table: &str) -> String {
        let first = self.column(table);
        let second = self.column(table);
        match self.random.chance(30) && first != second {
            true => format!("{first}, {second}"),
            false => first,
        }
    }

    fn referent(&mut self) -> String {
        let table = self.table();
        let named = self.dialect == Dialect::MariaDb || self.random.chance(80);
        match named {
            true => {
                let column = self.column(&table);
                format!("{table} ({column})")
            }
            false => table,
        }
    }

    fn cascade(&mut self) -> &'static str {
        if self.random.chance(15) { " CASCADE" } else { "" }
    }

    fn if_exists(&mut self) -> &'static str {
        if self.random.chance(15) { "IF EXISTS " } else { "" }
    }

    fn create_table(&mut self) -> String {
        let table = self.random.pick(&TABLES).to_owned();
        let mut parts = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..2 + self.random.below(3) {
            let name = self.new_column();
            if !names.contains(&name) || self.random.chance(3) {
                names.push(name);
                let mut part = format!("{name} {}", self.kind());
                if self.random.chance(20) {
                    part.push_str(&format!(" DEFAULT {}", self.default()));
                }
                parts.push(part);
            }
        }
        if self.random.chance(65) {
            let key = if self.random.chance(95) { names[0] } else { "w" };
            let name = if self.random.chance(20) { "CONSTRAINT k3 " } else { "" };
            parts.push(format!("{name}PRIMARY KEY ({key})"));
        }
        if self.random.chance(25) {
            let name = self.named();
            parts.push(format!("{name}UNIQUE ({})", names[names.len() - 1]));
        }
        if self.random.chance(30) {
            let (name, referent) = (self.named(), self.referent());
            parts.push(format!(
                "{name}FOREIGN KEY ({}) REFERENCES {referent}",
                names[names.len() - 1]
            ));
        }
        let guard = if self.random.chance(10) { "IF NOT EXISTS " } else { "" };
        format!("CREATE TABLE {guard}{table} ({})", parts.join(", "))
    }

    fn named(&mut self) -> String {
        match self.random.chance(50) {
            true => format!("CONSTRAINT {} ", self.random.pick(&CONSTRAINTS)),
            false => String::new(),
        }
    }

    fn alter(&mut self, action: impl FnOnce(&mut Self, &str) -> String) -> String {
        let table = self.table();
        let action = action(self, &table);
        format!("ALTER TABLE {table} {action}")
    }

    fn add_column(&mut self) -> String {
        self.alter(|maker, _| {
            let mut part = format!("ADD COLUMN {} {}", maker.new_column(), maker.kind());
            if maker.random.chance(20) {
                part.push_str(&format!(" DEFAULT {}", maker.default()));
            }
            if maker.dialect == Dialect::PostgreSql && maker.random.chance(15) {
                part.push_str(&format!(" REFERENCES {}", maker.referent()));
            }
            part
        })
    }

    fn add_key(&mut self) -> String {
        self.alter(|maker, table| {
            let (name, columns) = (maker.named(), maker.columns(table));
            let kind = if maker.random.chance(30) { "PRIMARY KEY" } else { "UNIQUE" };
            format!("ADD {name}{kind} ({columns})")
        })
    }

    fn add_foreign_key(&mut self) -> String {
        self.alter(|maker, table| {
            let (name, column, referent) = (maker.named(), maker.column(table), maker.referent());
            format!("ADD {name}FOREIGN KEY ({column}) REFERENCES {referent}")
        })
    }

    fn create_index(&mut self) -> String {
        let (table, name) = (self.table(), self.random.pick(&INDEXES));
        let columns = self.columns(&table);
        let unique = if self.random.chance(30) { "UNIQUE " } else { "" };
        format!("CREATE {unique}INDEX {name} ON {table} ({columns})")
    }

    fn create_view(&mut self) -> String {
        let (table, name) = (self.table(), self.random.pick(&VIEWS));
        if name == table {
            return "DROP VIEW v1".to_owned();
        }
        let there = self.database.tables().find(|held| held.name == table);
        let column = match there.and_then(|held| held.columns.first()) {
            Some(column) => column.name.clone(),
            None => "1 AS one".to_owned(),
        };
        format!("CREATE VIEW {name} AS SELECT {column} FROM {table}")
    }

    fn rows(&mut self) -> String {
        let table = self.table();
        let column = self.column(&table);
        let first = usize::from(self.dialect == Dialect::MariaDb);
        match first + self.random.below(3 - first) {
            0 => format!("INSERT INTO {table} ({column}) SELECT NULL WHERE 1 = 0"),
            1 => format!("UPDATE {table} SET {column} = NULL"),
            _ => format!("DELETE FROM {table}"),
        }
    }

    /// A column of a table that is no array: what operators make of these is not known.
    fn plain_column(&mut self, table: &str) -> Option<String> {
        let name = self.column(table);
        let held = self.database.tables().find(|held| held.name == table);
        let kind = held.and_then(|held| held.column(&name)).and_then(|column| column.kind.as_ref());
        let is_array =
            kind.is_some_and(|kind| kind.sql.as_str().is_none_or(|sql| sql.contains("[]")));
        (!is_array).then_some(name)
    }

    /// A value that is computed of a column.
    fn value(&mut self, table: &str) -> String {
        let (Some(one), Some(other)) = (self.plain_column(table), self.plain_column(table)) else {
            return self.column(table);
        };
        match self.random.below(9) {
            0 => one,
            1 => format!("{one} {} {other}", self.operator()),
            2 => format!("{one} {} {}", self.operator(), self.constant()),
            3 => format!("{} {} {one}", self.constant(), self.operator()),
            4 => format!("coalesce({one}, {})", self.constant()),
            5 => {
                let no = self.constant();
                format!("CASE WHEN {one} IS NULL THEN {other} ELSE {no} END")
            }
            6 => {
                let kind = self.random.pick(&["integer", "text", "date", "timestamptz", "jsonb"]);
                format!("CAST(NULL AS {kind}) {} {one}", self.operator())
            }
            7 => self.constant().to_owned(),
            _ => format!("{one} {} {other} {} 1", self.operator(), self.operator()),
        }
    }

    fn operator(&mut self) -> &'static str {
        self.random.pick(&["+", "-", "*", "||", "+", "-"])
    }

    fn constant(&mut self) -> &'static str {
        self.random.pick(&[
            "1",
            "1.5",
            "'1'",
            "'abc'",
            "true",
            "NULL",
            "now()",
            "current_date",
            "interval '1 day'",
            "'low'",
            "'2026-01-01'::date",
        ])
    }

    fn condition(&mut self, table: &str) -> String {
        let (Some(one), Some(other)) = (self.plain_column(table), self.plain_column(table)) else {
            return "1 = 1".to_owned();
        };
        match self.random.below(6) {
            0 => format!("{one} IS NULL"),
            1 => format!("{one} = {}", self.constant()),
            2 => format!("{one} > {}", self.constant()),
            3 => format!("{one} <> {other}"),
            4 => format!("{one} IN ({}, {})", self.constant(), self.constant()),
            _ => format!("{} > {}", self.value(table), self.constant()),
        }
    }

    /// What `op.execute` sends: rows that are written from others, and queries.
    fn queries(&mut self) -> String {
        let table = self.table();
        let (column, other) = (self.column(&table), self.table());
        match self.random.below(6) {
            0 => {
                let (value, condition) = (self.value(&table), self.condition(&table));
                format!("UPDATE {table} SET {column} = {value} WHERE {condition}")
            }
            1 => format!("DELETE FROM {table} WHERE {}", self.condition(&table)),
            2 => {
                let value = self.value(&other);
                format!("INSERT INTO {table} ({column}) SELECT {value} FROM {other} WHERE 1 = 0")
            }
            3 => {
                let join = self.random.pick(&["UNION", "UNION ALL", "EXCEPT"]);
                let value = self.value(&other);
                format!("SELECT {column} FROM {table} {join} SELECT {value} FROM {other}")
            }
            4 => {
                let order = self.column(&table);
                format!("SELECT DISTINCT {column} FROM {table} ORDER BY {order}")
            }
            _ => {
                let value = self.value(&table);
                format!("SELECT {value} FROM {table} ORDER BY {}", 1 + self.random.below(2))
            }
        }
    }

    /// Columns, checks and indexes in the forms that migrations have them.
    fn declared(&mut self) -> String {
        match self.random.below(6) {
            0 => self.alter(|maker, _| {
                let guard = if maker.random.chance(40) { "IF NOT EXISTS " } else { "" };
                let default = maker.default();
                let (name, kind) = (maker.new_column(), maker.kind());
                format!("ADD COLUMN {guard}{name} {kind} DEFAULT {default}")
            }),
            1 => self.alter(|maker, table| {
                let (column, kind) = (maker.column(table), maker.kind());
                format!("ALTER COLUMN {column} TYPE {kind} USING {column}::{kind}")
            }),
            2 => self.alter(|maker, table| {
                format!("ADD {}CHECK ({})", maker.named(), maker.condition(table))
            }),
            3 => {
                let (table, name) = (self.table(), self.random.pick(&INDEXES));
                let (column, condition) = (self.column(&table), self.condition(&table));
                format!("CREATE INDEX {name} ON {table} ({column}) WHERE {condition}")
            }
            4 => {
                let table = self.table();
                format!("COMMENT ON COLUMN {table}.{} IS 'x'", self.column(&table))
            }
            _ => self.alter(|maker, _| {
                let (first, second) = (maker.new_column(), maker.new_column());
                format!("ADD COLUMN {first} {} GENERATED ALWAYS AS IDENTITY", second_kind(second))
            }),
        }
    }

    fn postgresql(&mut self) -> String {
        match self.random.below(125) {
            100..116 => self.queries(),
            116..125 => self.declared(),
            0..14 => self.create_table(),
            14..19 => {
                let (guard, table) = (self.if_exists(), self.table());
                format!("DROP TABLE {guard}{table}{}", self.cascade())
            }
            19..27 => self.add_column(),
            27..35 => self.alter(|maker, table| {
                let (guard, column) = (maker.if_exists(), maker.column(table));
                format!("DROP COLUMN {guard}{column}{}", maker.cascade())
            }),
            35..39 => self.alter(|maker, table| {
                format!("RENAME COLUMN {} TO {}", maker.column(table), maker.new_column())
            }),
            39..41 => self.alter(|maker, _| format!("RENAME TO {}", maker.random.pick(&TABLES))),
            41..49 => self.alter(|maker, table| {
                let (column, kind) = (maker.column(table), maker.kind());
                format!("ALTER COLUMN {column} TYPE {kind}")
            }),
            49..54 => self.alter(|maker, table| {
                let column = maker.column(table);
                match maker.random.below(4) {
                    0 => format!("ALTER COLUMN {column} DROP DEFAULT"),
                    1 => format!("ALTER COLUMN {column} SET NOT NULL"),
                    2 => format!("ALTER COLUMN {column} DROP NOT NULL"),
                    _ => format!("ALTER COLUMN {column} SET DEFAULT {}", maker.default()),
                }
            }),
            54..59 => self.add_key(),
            59..65 => self.add_foreign_key(),
            65..71 => self.alter(|maker, table| {
                let (guard, name) = (maker.if_exists(), maker.constraint(table));
                format!("DROP CONSTRAINT {guard}{name}{}", maker.cascade())
            }),
            71..73 => self.alter(|maker, table| {
                let (from, to) = (maker.constraint(table), maker.random.pick(&CONSTRAINTS));
                format!("RENAME CONSTRAINT {from} TO {to}")
            }),
            73..79 => self.create_index(),
            79..82 => {
                let (guard, index) = (self.if_exists(), self.index());
                format!("DROP INDEX {guard}{index}{}", self.cascade())
            }
            82..83 => {
                format!("ALTER INDEX {} RENAME TO {}", self.index(), self.random.pick(&INDEXES))
            }
            83..86 => format!("CREATE TYPE {} AS ENUM ('low', 'high')", self.random.pick(&TYPES)),
            86..88 => {
                let (guard, name) = (self.if_exists(), self.random.pick(&TYPES));
                format!("DROP TYPE {guard}{name}")
            }
            88..90 => {
                let name = self.random.pick(&TYPES);
                match self.random.below(3) {
                    0 => format!(
                        "ALTER TYPE {name} ADD VALUE '{}'",
                        self.random.pick(&["mid", "low"])
                    ),
                    1 => format!(
                        "ALTER TYPE {name} RENAME VALUE '{}' TO 'top'",
                        self.random.pick(&["high", "low"])
                    ),
                    _ => format!("ALTER TYPE {name} RENAME TO {}", self.random.pick(&TYPES)),
                }
            }
            90..93 => self.create_view(),
            93..95 => format!("DROP VIEW {}{}", self.random.pick(&VIEWS), self.cascade()),
            95..96 => format!("TRUNCATE {}", self.table()),
            96..97 => match self.random.chance(50) {
                true => "CREATE SEQUENCE s1".to_owned(),
                false => "DROP SEQUENCE s1".to_owned(),
            },
            _ => self.rows(),
        }
    }

    fn sqlite(&mut self) -> String {
        match self.random.below(100) {
            0..22 => self.create_table(),
            22..28 => {
                let (guard, table) = (self.if_exists(), self.table());
                format!("DROP TABLE {guard}{table}")
            }
            28..42 => self.add_column(),
            42..56 => self.alter(|maker, table| format!("DROP COLUMN {}", maker.column(table))),
            56..63 => self.alter(|maker, table| {
                format!("RENAME COLUMN {} TO {}", maker.column(table), maker.new_column())
            }),
            63..66 => self.alter(|maker, _| format!("RENAME TO {}", maker.random.pick(&TABLES))),
            66..80 => self.create_index(),
            80..86 => {
                let (guard, index) = (self.if_exists(), self.index());
                format!("DROP INDEX {guard}{index}")
            }
            86..90 => self.create_view(),
            90..92 => format!("DROP VIEW {}", self.random.pick(&VIEWS)),
            _ => self.rows(),
        }
    }

    fn mariadb(&mut self) -> String {
        match self.random.below(100) {
            0..16 => self.create_table(),
            16..22 => {
                let (guard, table) = (self.if_exists(), self.table());
                format!("DROP TABLE {guard}{table}")
            }
            22..32 => self.add_column(),
            32..42 => self.alter(|maker, table| format!("DROP COLUMN {}", maker.column(table))),
            42..47 => self.alter(|maker, table| {
                format!("RENAME COLUMN {} TO {}", maker.column(table), maker.new_column())
            }),
            47..49 => self.alter(|maker, _| format!("RENAME TO {}", maker.random.pick(&TABLES))),
            49..55 => self.alter(|maker, table| {
                let (column, kind) = (maker.column(table), maker.kind());
                format!("MODIFY {column} {kind}")
            }),
            55..58 => self.alter(|maker, table| {
                let (column, default) = (maker.column(table), maker.default());
                format!("ALTER COLUMN {column} SET DEFAULT {default}")
            }),
            58..64 => self.add_key(),
            64..72 => self.add_foreign_key(),
            72..77 => {
                self.alter(|maker, table| format!("DROP FOREIGN KEY {}", maker.constraint(table)))
            }
            77..85 => self.create_index(),
            85..91 => {
                let table = self.table();
                format!("DROP INDEX {} ON {table}", self.index())
            }
            91..92 => format!("TRUNCATE {}", self.table()),
            92..94 => self.create_view(),
            94..95 => format!("DROP VIEW {}", self.random.pick(&VIEWS)),
            _ => self.rows(),
        }
    }
}
