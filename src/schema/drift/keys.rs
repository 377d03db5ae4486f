//! Differences of indexes and keys.

use crate::models::model::ModelTable;
use crate::schema::compared_keys::{
    Indexed, Referring, made_indexes, mapped_indexes, mapped_keys, referring,
};
use crate::schema::drift::{Comparison, Difference, DifferenceKind, Drift};
use crate::schema::table::Table;

impl Comparison<'_> {
    /// Compares indexes and unique constraints.
    pub(super) fn indexes(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let (mapped, made) = (mapped_indexes(model), made_indexes(table));
        let difference = |kind, index: &Indexed, where_it_is: &str, verb: &str| {
            let word = if index.unique { "a unique index or constraint" } else { "an index" };
            let columns = index.columns.join(", ");
            Difference {
                kind,
                table: model.name.to_string(),
                message: format!("`{}` has {word} over ({columns}) {where_it_is}", model.name),
                object: Some(columns),
                label: format!("{verb} an index or constraint"),
                site: Some(model.site.clone()),
                revision: None,
            }
        };
        let pairs = mapped.pairs(&made);
        for index in pairs.left.iter().filter(|it| !made.open && !made.computes(it)) {
            let is = "in its model and no migration makes it";
            drift.differences.push(difference(DifferenceKind::IndexInModels, index, is, "add"));
        }
        let whole = model.is_whole() && !mapped.open;
        for index in pairs.right.iter().filter(|it| whole && !mapped.computes(it)) {
            let is = "after the migrations and its model does not";
            let found = difference(DifferenceKind::IndexInMigrations, index, is, "remove");
            drift.differences.push(found);
        }
        for (index, other) in pairs.both {
            if let (Some(name), Some(other)) = (&index.name, &other.name)
                && !name.eq_ignore_ascii_case(other)
            {
                let is = format!("called `{name}` in its model and `{other}` after the migrations");
                let found = difference(DifferenceKind::IndexName, index, &is, "rename");
                let label = "remove an index or constraint, add an index or constraint".to_owned();
                drift.differences.push(Difference { label, ..found });
            }
        }
    }

    /// Compares foreign keys.
    pub(super) fn keys(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let Some(mapped) = mapped_keys(model, self.dialect) else { return };
        let made: Option<Vec<Referring>> =
            table.foreign_keys().map(|key| referring(key, self.dialect)).collect();
        let Some(made) = made else { return };
        let schema = model.name.schema.clone();
        let same = |one: &Referring, other: &Referring| one.is_like(other, schema.as_ref());
        let difference = |kind, key: &Referring, message: String, label: &str| Difference {
            kind,
            table: model.name.to_string(),
            object: Some(key.columns.join(", ")),
            message,
            label: label.to_owned(),
            site: Some(model.site.clone()),
            revision: None,
        };
        for key in mapped.iter().filter(|key| !made.iter().any(|other| same(key, other))) {
            let columns = key.columns.join(", ");
            drift.differences.push(difference(
                DifferenceKind::KeyInModels,
                key,
                format!(
                    "`{}` refers to `{}` by ({columns}) in its model and no migration makes the \
                     key",
                    model.name, key.referent
                ),
                "add a foreign key",
            ));
        }
        for key in &mapped {
            let mut like = made.iter().filter(|other| same(key, other)).peekable();
            let Some(other) = like.peek().copied() else { continue };
            if like.any(|other| key.acts_like(other)) {
                continue;
            }
            let columns = key.columns.join(", ");
            drift.differences.push(difference(
                DifferenceKind::KeyAction,
                key,
                format!(
                    "`{}` refers to `{}` by ({columns}) {} in its model and {} after the migrations",
                    model.name,
                    key.referent,
                    key.title_of_actions(),
                    other.title_of_actions()
                ),
                "remove a foreign key, add a foreign key",
            ));
        }
        let extra = made.iter().filter(|key| !mapped.iter().any(|other| same(other, key)));
        for key in extra.filter(|_| model.is_whole()) {
            let columns = key.columns.join(", ");
            drift.differences.push(difference(
                DifferenceKind::KeyInMigrations,
                key,
                format!(
                    "`{}` refers to `{}` by ({columns}) after the migrations and its model does \
                     not",
                    model.name, key.referent
                ),
                "remove a foreign key",
            ));
        }
    }
}
