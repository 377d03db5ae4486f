//! The code of the application: as it is released, which is what runs while a migration is applied,
//! and as the change leaves it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::alembic::compared::{Compared, Hook};
use crate::alembic::history::History;
use crate::alembic::imports::Imports;
use crate::alembic::project::{self, Project, Search};
use crate::alembic::search;
use crate::alembic::surroundings::{Said, Surroundings};
use crate::config::settings::Settings;
use crate::models::hooks::{self, Hooks, Item};
use crate::models::model::{ModelColumn, ModelTable, Models};
use crate::models::read;
use crate::models::texts::Texts;
use crate::models::uses::{self, Asked, Place, Use};
use crate::schema::database::Database;
use crate::schema::whole::{self, Whole};
use crate::snapshot::Snapshot;
use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;
use crate::text::known::Known;
use crate::text::source::{Site, Span};

/// The code of the application in two trees. Nothing is read before somebody asks.
#[derive(Debug)]
pub struct Application {
    /// What is released.
    pub released: Code,
    /// What the change makes.
    pub new: Code,
    /// What the change is made of: the parents of the commit.
    pub parents: Vec<Code>,
}

/// The code of the application in one tree.
#[derive(Debug)]
pub struct Code {
    snapshot: Rc<Snapshot>,
    project: Rc<Project>,
    dialect: Dialect,
    /// The folders that models are looked for in; all where none is named.
    folders: Vec<String>,
    except: OnceCell<Vec<String>>,
    models: OnceCell<Models>,
    history: OnceCell<History>,
    whole: OnceCell<Whole>,
    /// Modules that were read for one question, for the next one.
    texts: Texts,
    /// What was asked about before: a rule asks, and whoever says since when nothing uses it.
    asked: RefCell<HashMap<Asked, Rc<[Use]>>>,
}

impl Application {
    /// Makes the code of the trees of a change to a project; models are looked for in some
    /// folders, or everywhere.
    pub fn new(
        released: &Rc<Snapshot>,
        new: &Rc<Snapshot>,
        parents: &[Rc<Snapshot>],
        history: &History,
        folders: &[String],
    ) -> Self {
        let (project, dialect) = (history.project(), history.dialect());
        let code = |snapshot: &Rc<Snapshot>, folders: &[String]| {
            Code::new(snapshot, &Rc::new(project.in_snapshot(snapshot)), dialect, folders)
        };
        Application {
            released: code(released, &[]),
            new: Code::new(new, project, dialect, folders),
            parents: parents.iter().map(|parent| code(parent, folders)).collect(),
        }
    }
}

impl Code {
    /// Makes the code of a tree; models are looked for in some folders, or everywhere.
    pub fn new(
        snapshot: &Rc<Snapshot>,
        project: &Rc<Project>,
        dialect: Dialect,
        folders: &[String],
    ) -> Self {
        let folders = match folders {
            [] => vec![String::new()],
            folders => folders.to_vec(),
        };
        Code {
            snapshot: Rc::clone(snapshot),
            project: Rc::clone(project),
            dialect,
            folders,
            except: OnceCell::new(),
            models: OnceCell::new(),
            history: OnceCell::new(),
            whole: OnceCell::new(),
            texts: Texts::default(),
            asked: RefCell::default(),
        }
    }

    /// Returns the tree.
    pub fn snapshot(&self) -> &Rc<Snapshot> {
        &self.snapshot
    }

    /// Returns what its models declare.
    pub fn models(&self) -> &Models {
        self.models.get_or_init(|| read::read(&self.search(), &self.imports()))
    }

    fn search(&self) -> read::Search<'_> {
        read::Search {
            snapshot: &self.snapshot,
            folders: self.folders.clone(),
            except: self.except().to_vec(),
            dialect: self.dialect,
            sqlmodel: self.package("sqlmodel").map(|said| said.version),
            environment: self.project.environment.path.clone(),
        }
    }

    fn imports(&self) -> Imports {
        Imports::new(&self.snapshot, &self.project)
    }

    /// Returns what `env.py` says that autogenerate compares.
    pub fn compared(&self) -> &Compared {
        &self.project.environment.compared
    }

    /// Returns the oldest version that lock files pin a package to.
    pub fn package(&self, name: &str) -> Option<Said> {
        Surroundings::of(&self.snapshot, &self.project).package(name)
    }

    /// Asks the hooks of `env.py` about objects that are compared.
    pub fn admitted(&self, compared: &Compared, items: &[Item]) -> Vec<Known<bool>> {
        let is_one = |hook: &Option<Hook>| hook.as_ref().is_none_or(|it| it.written.is_some());
        if !is_one(&compared.include_object) || !is_one(&compared.include_name) {
            return vec![Known::Unreadable; items.len()];
        }
        let written = |hook: &Option<Hook>| hook.as_ref().and_then(|it| it.written.clone());
        let (object, name) = (written(&compared.include_object), written(&compared.include_name));
        let hooks = Hooks { object: object.as_deref(), name: name.as_deref() };
        hooks::admitted(&self.search(), &self.imports(), hooks, items)
    }

    /// Returns the dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the revisions of the tree.
    pub fn history(&self) -> &History {
        self.history.get_or_init(|| History::read(&self.snapshot, &self.project).on(self.dialect))
    }

    /// Returns the database as all revisions of the tree leave it.
    pub fn database(&self) -> &Database {
        &self.whole().database
    }

    /// Returns the paths of the revisions of which something is not known.
    pub fn doubtful(&self) -> Vec<Rc<str>> {
        self.whole().doubtful.iter().filter_map(|revision| self.path_of(revision)).collect()
    }

    fn whole(&self) -> &Whole {
        self.whole.get_or_init(|| whole::at_heads(self.history()))
    }

    /// Returns the path of a revision.
    pub fn path_of(&self, revision: &str) -> Option<Rc<str>> {
        self.history().file(revision).map(|file| Rc::clone(&file.path))
    }

    /// Returns the first line of a place: that of a class is its header.
    pub fn first_line(&self, site: &Site) -> Site {
        let Some(text) = self.snapshot.text(&site.path) else { return site.clone() };
        let line = text.line_span(text.line_of(site.span.start));
        let span = Span::new(site.span.start, site.span.end.min(line.end).max(site.span.start));
        Site { path: Rc::clone(&site.path), span }
    }

    /// Returns a place where there is no better one: `env.py`, as a whole.
    pub fn anywhere(&self) -> Site {
        let path = self.project.environment.path.clone();
        let path = path.unwrap_or_else(|| self.project.script_location.clone());
        Site { path: path.into(), span: Span::default() }
    }

    /// Returns what uses a table or a column, what is known to use it first.
    pub fn uses(&self, asked: &Asked) -> Rc<[Use]> {
        if let Some(known) = self.asked.borrow().get(asked) {
            return Rc::clone(known);
        }
        let place = Place {
            snapshot: &self.snapshot,
            folders: &self.folders,
            except: self.except(),
            texts: &self.texts,
        };
        let uses: Rc<[Use]> = uses::uses(asked, self.models(), place).into();
        self.asked.borrow_mut().insert(asked.clone(), Rc::clone(&uses));
        uses
    }

    /// Returns what maps a column, with the table that it is in.
    pub fn column(&self, table: &TableName, column: &str) -> Option<(&ModelTable, &ModelColumn)> {
        let mut tables = self.models().tables.iter().filter(|model| model.is_named(table));
        tables.find_map(|model| model.column(column).map(|column| (model, column)))
    }

    /// Says what the model of a table is, where exactly one class maps it: `User` and its place.
    pub fn class_of(&self, table: &TableName) -> Option<(String, String)> {
        let mut models = self.models().tables_named(table);
        let model = models.next()?;
        let is_only = models.next().is_none() && !model.classes.is_empty();
        is_only.then(|| (model.title(), self.line(&model.site)))
    }

    /// Returns the line that a place stands on: `app/models.py:12`.
    pub fn line(&self, site: &Site) -> String {
        let line = self.snapshot.text(&site.path).map_or(1, |text| text.line_of(site.span.start));
        format!("{}:{line}", site.path)
    }

    /// Folders that hold no code of this application: revisions, and other projects.
    fn except(&self) -> &[String] {
        self.except.get_or_init(|| {
            let own = home(&self.project);
            let mut except = self.project.version_locations.clone();
            for other in search::find(&self.snapshot, Search::Whole, &Settings::default()) {
                except.extend(other.version_locations.iter().cloned());
                let theirs = home(&other);
                let is_around = own == theirs || lies_in(&own, &theirs);
                if !is_around {
                    except.push(theirs);
                }
            }
            except.sort();
            except.dedup();
            except
        })
    }
}

/// The folder that a project belongs to: that of its ini file, else the one around its scripts.
fn home(project: &Project) -> String {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    match &project.origin {
        project::Origin::Ini { path, .. } | project::Origin::Pyproject { path } => folder(path),
        project::Origin::Folder => folder(&project.script_location),
    }
}

fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
