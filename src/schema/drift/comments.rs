//! Differences of comments, where the database keeps them (`supports_comments`).

use crate::models::model::{ModelColumn, ModelTable};
use crate::schema::drift::columns::of_column;
use crate::schema::drift::{Comparison, Difference, DifferenceKind, Drift};
use crate::schema::table::{Column, Table, said};
use crate::sql::dialect::Dialect;
use crate::text::known::Known;

impl Comparison<'_> {
    fn keeps_comments(&self) -> bool {
        !matches!(self.dialect, Dialect::Sqlite | Dialect::SqlServer)
    }

    /// The comment of a column.
    pub(super) fn comment(
        &self,
        model: &ModelTable,
        own: &ModelColumn,
        column: &Column,
    ) -> Option<Difference> {
        let mapped = said(own.column.comment.as_ref());
        let (mapped, made) = self.differing(&mapped, &column.comment)?;
        let title = format!("{}.{}", model.name, column.name);
        Some(Difference {
            message: format!(
                "`{title}` has {} in `{}` and {} after the migrations",
                words(mapped),
                own.title(model),
                words(made)
            ),
            label: format!("alter column `{title}`: comment={}", written(mapped)),
            ..of_column(DifferenceKind::Comment, model, own, column)
        })
    }

    /// The comment of a table.
    pub(super) fn table_comment(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let mapped = said(model.comment.as_ref());
        let Some((mapped, made)) = self.differing(&mapped, &table.comment) else { return };
        drift.differences.push(Difference {
            kind: DifferenceKind::TableComment,
            table: model.name.to_string(),
            object: None,
            message: format!(
                "`{}` has {} in `{}` and {} after the migrations",
                model.name,
                words(mapped),
                model.title(),
                words(made)
            ),
            label: match mapped {
                Some(_) => format!("create table comment on `{}`", model.name),
                None => format!("drop table comment of `{}`", model.name),
            },
            site: Some(model.site.clone()),
            revision: None,
        });
    }

    fn differing<'k>(
        &self,
        mapped: &'k Known<Option<String>>,
        made: &'k Known<Option<String>>,
    ) -> Option<(Option<&'k str>, Option<&'k str>)> {
        let (Known::Is(mapped), Known::Is(made)) = (mapped, made) else { return None };
        (self.keeps_comments() && mapped != made).then_some((mapped.as_deref(), made.as_deref()))
    }
}

/// How much of a comment is shown.
const SHOWN: usize = 40;

fn words(comment: Option<&str>) -> String {
    let Some(comment) = comment else { return "no comment".to_owned() };
    let shown: String = comment.chars().take(SHOWN).collect();
    let more = if comment.chars().count() > SHOWN { "…" } else { "" };
    format!("the comment \"{shown}{more}\"")
}

fn written(comment: Option<&str>) -> String {
    comment.map_or_else(|| "None".to_owned(), |comment| format!("{comment:?}"))
}
