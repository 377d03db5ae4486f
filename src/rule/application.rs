//! The code of the application: as it is released, which is what runs while a migration is applied,
//! and as the change leaves it.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::alembic::imports::Imports;
use crate::alembic::project::{self, Project, Search};
use crate::alembic::search;
use crate::config::settings::Settings;
use crate::models::model::{ModelColumn, ModelTable, Models};
use crate::models::read;
use crate::models::uses::{self, Asked, Place, Use};
use crate::snapshot::Snapshot;
use crate::sql::dialect::Dialect;
use crate::sql::table::TableName;

/// The code of the application in two trees. Nothing is read before somebody asks.
#[derive(Debug)]
pub struct Application {
    /// What is released.
    pub released: Code,
    /// What the change makes.
    pub new: Code,
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
}

impl Application {
    /// Makes the code of two trees of a project.
    pub fn new(
        released: &Rc<Snapshot>,
        new: &Rc<Snapshot>,
        project: &Rc<Project>,
        dialect: Dialect,
    ) -> Self {
        let before = Rc::new(project.in_snapshot(released));
        Application {
            released: Code::new(released, &before, dialect, &[]),
            new: Code::new(new, project, dialect, &[]),
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
        }
    }

    /// Returns the tree.
    pub fn snapshot(&self) -> &Rc<Snapshot> {
        &self.snapshot
    }

    /// Returns what its models declare.
    pub fn models(&self) -> &Models {
        self.models.get_or_init(|| {
            let search = read::Search {
                snapshot: &self.snapshot,
                folders: self.folders.clone(),
                except: self.except().to_vec(),
                dialect: self.dialect,
                environment: self.project.environment.path.clone(),
            };
            read::read(&search, &Imports::new(&self.snapshot, &self.project))
        })
    }

    /// Returns what uses a table or a column, what is known to use it first.
    pub fn uses(&self, asked: &Asked) -> Vec<Use> {
        let place =
            Place { snapshot: &self.snapshot, folders: &self.folders, except: self.except() };
        uses::uses(asked, self.models(), place)
    }

    /// Returns what maps a column, with the table that it is in.
    pub fn column(&self, table: &TableName, column: &str) -> Option<(&ModelTable, &ModelColumn)> {
        let mut tables = self.models().tables.iter().filter(|model| model.is_named(table));
        tables.find_map(|model| model.column(column).map(|column| (model, column)))
    }

    /// Returns the line that a place stands on: `app/models.py:12`.
    pub fn line(&self, site: &crate::text::source::Site) -> String {
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
