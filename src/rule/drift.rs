//! Models held against migrations, and what is found of it.

use crate::config::settings::Settings;
use crate::rule::application::Code;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::schema::drift::{Comparison, Difference, Drift};
use crate::text::source::{Site, Span};

/// Compares the models of a tree with what its migrations leave.
pub fn of(code: &Code, settings: &Settings) -> Drift {
    let database = code.database();
    let comparison = Comparison {
        models: code.models(),
        database,
        dialect: code.dialect(),
        ignore: &settings.drift_ignore,
    };
    let mut drift = comparison.drift();
    if let Some((first, others)) = code.doubtful().split_first() {
        let more = match others.len() {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        drift.uncompared.push(format!(
            "indexes and keys, and what models alone have: what `{first}`{more} does is not known"
        ));
    }
    drift
}

/// Makes a finding of a difference: at the model, else at the revision that made what no model has.
pub fn from_difference(difference: &Difference, code: &Code) -> RawFinding {
    let path = difference.revision.as_deref().and_then(|revision| code.path_of(revision));
    let site = difference.site.clone().map(|site| code.first_line(&site));
    let whole = |path| Site { path, span: Span::default() };
    let site = site.or_else(|| path.clone().map(whole)).unwrap_or_else(|| code.anywhere());
    let mut finding = RawFinding::at(site.clone(), Direction::File, difference.message.clone())
        .label(format!("`alembic revision --autogenerate` writes: {}", difference.label));
    finding.within = vec![site.span];
    finding.table = Some(difference.table.clone());
    finding.object = difference.object.clone();
    finding.revision = difference.revision.as_deref().map(str::to_owned);
    match path.filter(|path| *path != site.path) {
        Some(path) => finding.note(format!("`{path}` makes it")),
        None => finding,
    }
}
