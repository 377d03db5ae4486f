//! Differences of columns.

use std::rc::Rc;

use crate::models::model::{ModelColumn, ModelTable};
use crate::schema::drift::defaults::{self, Defaults};
use crate::schema::drift::{Comparison, Difference, DifferenceKind, Drift, types};
use crate::schema::table::{Column, Origin, Table};
use crate::sql::table::ServerDefault;
use crate::sql::types::SqlType;
use crate::text::known::Known;

impl Comparison<'_> {
    /// Compares one column.
    pub(super) fn column(
        &self,
        model: &ModelTable,
        own: &ModelColumn,
        table: &Table,
        drift: &mut Drift,
    ) {
        let Some(name) = own.column.name.as_str() else { return };
        let Some(column) = table.column(name) else {
            if table.complete && self.database.complete {
                drift.differences.push(unadded(model, own, name));
            }
            return;
        };
        let found = [
            nullability(model, own, column, table),
            self.type_of(model, own, column).filter(|_| self.compares.types),
            self.comment(model, own, column),
        ];
        drift.differences.extend(found.into_iter().flatten());
        if self.compares.defaults {
            self.default(model, own, column, drift);
        }
    }

    /// The type of a column.
    fn type_of(
        &self,
        model: &ModelTable,
        own: &ModelColumn,
        column: &Column,
    ) -> Option<Difference> {
        let (mapped, made) = types::differing(own, column, self.dialect)?;
        let title = format!("{}.{}", model.name, column.name);
        Some(Difference {
            message: format!(
                "`{title}` is {mapped} in `{}` and {made} after the migrations",
                own.title(model)
            ),
            label: format!("alter column `{title}`: type_={mapped}"),
            ..of_column(DifferenceKind::Type, model, own, column)
        })
    }

    /// The default that the server applies. What numbers rows, and what computes them, is none
    /// (`PostgresqlImpl.compare_server_default`, `_compare_computed_default`, 1.20).
    fn default(&self, model: &ModelTable, own: &ModelColumn, column: &Column, drift: &mut Drift) {
        let Known::Is(made) = &column.default else { return };
        let mapped = &own.column.server_default;
        let is_made_otherwise = own.column.generated.is_some() || column.generated.is_some();
        let numbers = own.column.primary_key != Known::Is(false) && mapped.is_none();
        if is_made_otherwise || numbers {
            return;
        }
        let sql = |default: &Option<ServerDefault>| match default {
            None => Some(None),
            Some(default) => default.sql.as_str().map(|sql| Some(sql.to_owned())),
        };
        let (Some(mapped), Some(made)) = (sql(mapped), sql(made)) else { return };
        let kind = column.kind.as_ref().and_then(|kind| kind.sql.as_str());
        let kind = kind.map(|kind| SqlType::parse_for(kind, self.dialect));
        let title = format!("{}.{}", model.name, column.name);
        match defaults::compare(mapped.as_deref(), made.as_deref(), kind.as_ref()) {
            Defaults::Same => {}
            Defaults::Perhaps => drift.uncompared.push(format!(
                "the default of `{title}`: `{}` in `{}` may be `{}`, which the migrations leave",
                mapped.unwrap_or_default(),
                own.title(model),
                made.unwrap_or_default()
            )),
            Defaults::Differ => {
                let word = |default: &Option<String>| match default {
                    None => "no server default".to_owned(),
                    Some(sql) => format!("the server default `{sql}`"),
                };
                drift.differences.push(Difference {
                    message: format!(
                        "`{title}` has {} in `{}` and {} after the migrations",
                        word(&mapped),
                        own.title(model),
                        word(&made)
                    ),
                    label: format!(
                        "alter column `{title}`: server_default={}",
                        mapped.as_deref().unwrap_or("None")
                    ),
                    ..of_column(DifferenceKind::Default, model, own, column)
                });
            }
        }
    }

    /// The columns that a table has and its model does not.
    pub(super) fn unmapped_columns(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let unmapped = table.columns.iter().filter(|column| model.column(&column.name).is_none());
        for column in unmapped.filter(|column| column.origin != Origin::Met) {
            let title = format!("{}.{}", model.name, column.name);
            drift.differences.push(Difference {
                kind: DifferenceKind::ColumnInMigrations,
                table: model.name.to_string(),
                object: Some(column.name.clone()),
                message: format!(
                    "`{title}` is there after the migrations and `{}` does not map it",
                    model.title()
                ),
                label: format!("drop column `{title}`"),
                site: Some(model.site.clone()),
                revision: column.origin.revision().map(Rc::from),
            });
        }
    }
}

/// A column that no migration adds.
fn unadded(model: &ModelTable, own: &ModelColumn, name: &str) -> Difference {
    let title = format!("{}.{name}", model.name);
    Difference {
        kind: DifferenceKind::ColumnInModels,
        table: model.name.to_string(),
        object: Some(name.to_owned()),
        message: format!("`{title}` is mapped by `{}` and no migration adds it", own.title(model)),
        label: format!("add column `{title}`"),
        site: Some(own.site.clone()),
        revision: None,
    }
}

/// Whether a column takes NULL.
fn nullability(
    model: &ModelTable,
    own: &ModelColumn,
    column: &Column,
    table: &Table,
) -> Option<Difference> {
    let (Known::Is(mapped), Known::Is(made)) = (&own.column.nullable, &column.nullable) else {
        return None;
    };
    // A model may call a column of its key nullable; Alembic then asks for it each time.
    let made = &(*made && !is_in_primary_key(table, &column.name));
    if mapped == made {
        return None;
    }
    let title = format!("{}.{}", model.name, column.name);
    let word = |nullable: bool| if nullable { "nullable" } else { "NOT NULL" };
    Some(Difference {
        message: format!(
            "`{title}` is {} in `{}` and {} after the migrations",
            word(*mapped),
            own.title(model),
            word(*made)
        ),
        label: format!(
            "alter column `{title}`: nullable={}",
            if *mapped { "True" } else { "False" }
        ),
        ..of_column(DifferenceKind::Nullability, model, own, column)
    })
}

/// A difference of a column that both sides have, without its words.
pub(super) fn of_column(
    kind: DifferenceKind,
    model: &ModelTable,
    own: &ModelColumn,
    column: &Column,
) -> Difference {
    Difference {
        kind,
        table: model.name.to_string(),
        object: Some(column.name.clone()),
        message: String::new(),
        label: String::new(),
        site: Some(own.site.clone()),
        revision: column.origin.revision().map(Rc::from),
    }
}

fn is_in_primary_key(table: &Table, column: &str) -> bool {
    table.primary_key().and_then(|key| key.columns.get()).is_some_and(|columns| {
        columns
            .iter()
            .any(|name| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(column)))
    })
}
