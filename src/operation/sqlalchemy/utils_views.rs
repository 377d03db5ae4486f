//! Views and databases of SQLAlchemy-Utils (0.41).

use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::BIND;
use crate::operation::sa_value::SaValue;
use crate::python::host::{Arguments, At};
use crate::python::value::{Piece, Str, Value};

impl MigrationHost {
    /// Calls what makes, drops and refreshes views there; nothing for all else.
    pub(crate) fn of_sqlalchemy_utils(
        &mut self,
        name: &str,
        arguments: &Arguments,
        at: At<'_>,
    ) -> Option<Value> {
        let is = |position, name| {
            matches!(arguments.get(position, name), Some(Value::Bool(true) | Value::Int(1)))
        };
        let text = |words: String, what: Option<&Value>| match what {
            Some(Value::Str(name)) => Str::known(words, None).join(name),
            _ => Str::known(words, None).join(&Str::of(vec![unread("the name is not known")])),
        };
        match name {
            "DropView" => {
                let kind = if is(1, "materialized") { "MATERIALIZED " } else { "" };
                let keeps = matches!(arguments.get(2, "cascade"), Some(Value::Bool(false)));
                let sql = text(format!("DROP {kind}VIEW IF EXISTS "), arguments.get(0, "name"));
                let end = if keeps { "" } else { " CASCADE" };
                Some(self.value(SaValue::RawDdl(sql.join(&Str::known(end, None)))))
            }
            "CreateView" => {
                let replace = if is(3, "replace") { "OR REPLACE " } else { "" };
                let kind = if is(2, "materialized") { "MATERIALIZED " } else { "" };
                let sql = text(format!("CREATE {replace}{kind}VIEW "), arguments.get(0, "name"));
                let selected = Str::of(vec![unread("what the view selects is not read")]);
                let query = Str::known(" AS SELECT ", None).join(&selected);
                Some(self.value(SaValue::RawDdl(sql.join(&query))))
            }
            "refresh_materialized_view" => {
                let mode = if is(2, "concurrently") { "CONCURRENTLY " } else { "" };
                let sql =
                    text(format!("REFRESH MATERIALIZED VIEW {mode}"), arguments.get(1, "name"));
                self.execute_text(&sql, false, None, BIND, at);
                Some(Value::None)
            }
            "drop_database" => {
                self.unreadable("it drops a database", at);
                Some(Value::None)
            }
            _ => None,
        }
    }
}

fn unread(why: &str) -> Piece {
    Piece::Hole { why: why.into(), expression: "...".into() }
}
