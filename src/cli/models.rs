//! `operations --models`: what was read of the models.

use std::rc::Rc;

use crate::alembic::project::Search;
use crate::alembic::search;
use crate::change::trees::Change;
use crate::change::{concern, drift};
use crate::cli::args::verbs::OperationsArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::wanted::Wanted;
use crate::git::repository::Repository;
use crate::models::model::{ModelTable, UnreadModel};
use crate::report::models::{self, ListedModels};
use crate::report::telling::Format;
use crate::rule::application::Code;
use crate::text::source::Site;

/// Lists the models of the staged tree, or those that are named.
pub fn run(args: &OperationsArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let change = Change::state(&repository)?;
    let overrides = args.reading.overrides_in(&repository)?;
    let settings = concern::settings(&change.new, &overrides)?;
    concern::usable(&change.new, &settings)?;
    let wanted = Wanted::of(&repository, &args.paths);
    let projects = search::find(&change.new, Search::Whole, &settings).into_iter();
    let codes: Vec<(String, Code)> = projects
        .map(|project| {
            let name = project.name.clone();
            (name, drift::code(&change.new, &Rc::new(project), &settings, &overrides))
        })
        .collect();
    let listed: Vec<ListedModels<'_>> =
        codes.iter().map(|(project, code)| listed(project, code, &wanted)).collect();
    if codes.iter().all(|(_, code)| code.models().tables.is_empty()) {
        return Err(Error::NoModels);
    }
    let is_there = |name: &(String, String)| {
        listed.iter().any(|project| {
            project.tables.iter().any(|table| names(name, table))
                || project.unread.iter().any(|unread| lies_at(name, unread))
        })
    };
    if let Some((typed, _)) = wanted.names().iter().find(|name| !is_there(name)) {
        return Err(Error::NoSuchModel { name: typed.clone() });
    }
    let line =
        |site: &Site| change.new.text(&site.path).map_or(1, |text| text.line_of(site.span.start));
    output.write(&match Format::from(args.format) {
        Format::Json => models::json(&listed, &line),
        _ => models::tell(&listed, &line),
    })?;
    Ok(ExitStatus::Clean)
}

fn listed<'a>(project: &'a str, code: &'a Code, wanted: &Wanted) -> ListedModels<'a> {
    let models = code.models();
    let asked = wanted.names();
    let all = asked.is_empty();
    let tables = models.tables.iter();
    let unread = models.unread.iter();
    ListedModels {
        project,
        files: models.files.len(),
        tables: tables.filter(|table| all || asked.iter().any(|it| names(it, table))).collect(),
        unread: unread.filter(|unread| all || asked.iter().any(|it| lies_at(it, unread))).collect(),
    }
}

/// A table is named by its own name, that of a class, its file, or a folder of that.
fn names(name: &(String, String), table: &ModelTable) -> bool {
    let (typed, _) = name;
    let is_own = |own: &str| own.eq_ignore_ascii_case(typed);
    is_own(&table.name.to_string())
        || table.name.name.as_str().is_some_and(is_own)
        || table.classes.iter().any(|class| *class.name == **typed)
        || Wanted::is_path(name, &table.site.path)
}

fn lies_at(name: &(String, String), unread: &UnreadModel) -> bool {
    unread.what == name.0 || Wanted::is_path(name, &unread.site.path)
}
