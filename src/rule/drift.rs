//! Models held against migrations, and what is found of it.

use crate::alembic::compared::{Compared, Comparing};
use crate::config::settings::Settings;
use crate::models::hooks::Item;
use crate::rule::application::Code;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::schema::drift::{Compares, Comparison, Difference, Drift};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;
use crate::text::source::{Site, Span};

/// The version from which on Alembic compares types unless it is told not to (its change log).
const TYPES_COMPARED: ServerVersion = ServerVersion { major: 1, minor: 12, patch: 0 };

/// Compares the models of a tree with what its migrations leave.
pub fn of(code: &Code, settings: &Settings) -> Drift {
    let database = code.database();
    let compared = code.compared();
    let mut notices = Vec::new();
    let comparison = Comparison {
        models: code.models(),
        database,
        dialect: code.dialect(),
        ignore: &settings.drift_ignore,
        compares: compares(code, compared, &mut notices),
    };
    let mut drift = comparison.drift();
    drift.uncompared.extend(notices);
    leave_out(&mut drift, &comparison, code, compared);
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

/// What `env.py` and the version of Alembic say that is compared.
fn compares(code: &Code, compared: &Compared, notices: &mut Vec<String>) -> Compares {
    let types = match &compared.types {
        Comparing::Yes => true,
        Comparing::No => false,
        Comparing::Decided(place) => {
            notices.push(format!("types: what `compare_type` is worth in {place} is not known"));
            false
        }
        Comparing::Unsaid => {
            let old = code.package("alembic").filter(|said| said.version < TYPES_COMPARED);
            notices.extend(old.as_ref().map(|said| {
                format!(
                    "types: Alembic {} ({}) compares them with `compare_type=True` alone",
                    said.version, said.place
                )
            }));
            old.is_none()
        }
    };
    let defaults = match &compared.defaults {
        Comparing::Yes => true,
        Comparing::No | Comparing::Unsaid => false,
        Comparing::Decided(place) => {
            notices.push(format!(
                "server defaults: what `compare_server_default` is worth in {place} is not known"
            ));
            false
        }
    };
    Compares {
        types,
        defaults,
        schemas: !matches!(compared.schemas, Comparing::Unsaid | Comparing::No),
    }
}

/// Leaves out what the hooks of `env.py` leave out, and what they may.
fn leave_out(drift: &mut Drift, comparison: &Comparison<'_>, code: &Code, compared: &Compared) {
    let given = [&compared.include_object, &compared.include_name];
    let (Some(hook), false) = (given.into_iter().flatten().next(), drift.differences.is_empty())
    else {
        return;
    };
    let asked: Vec<Vec<Item>> =
        drift.differences.iter().map(|difference| comparison.asked_about(difference)).collect();
    let items: Vec<Item> = asked.iter().flatten().cloned().collect();
    let mut answers = code.admitted(compared, &items).into_iter();
    let mut unknown = 0;
    let mut kept = Vec::new();
    for (difference, items) in std::mem::take(&mut drift.differences).into_iter().zip(asked) {
        let answers: Vec<Known<bool>> = answers.by_ref().take(items.len()).collect();
        match answers.iter().find(|answer| **answer != Known::Is(true)) {
            None => kept.push(difference),
            Some(Known::Is(_)) => {}
            Some(Known::Unreadable) => unknown += 1,
        }
    }
    drift.differences = kept;
    if unknown > 0 {
        let what = if unknown == 1 { "1 object".to_owned() } else { format!("{unknown} objects") };
        drift.uncompared.push(format!(
            "{what}: whether the hooks that {} gives leave it out is not known",
            hook.place
        ));
    }
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
