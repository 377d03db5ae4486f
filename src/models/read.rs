//! From the modules of a snapshot to the tables that they declare.

use std::cell::RefCell;
use std::rc::Rc;

use crate::models::files::{self, Found, Marks};
use crate::models::host::{ModelHost, Store};
use crate::models::library::WithLibraries;
use crate::models::mapper::Mapper;
use crate::models::model::Models;
use crate::operation::migration_host::MigrationHost;
use crate::python::interpreter::{Fuel, Interpreter, Loader};
use crate::snapshot::Snapshot;
use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;
use crate::text::source::Text;

/// How many bytes of modules are parsed for one tree.
const MODULES: usize = 96 << 20;

/// How much one module may spend. One that needs more is read as far as it goes.
const FUEL: Fuel = Fuel { steps: 60_000, depth: 24, turns: 500, size: 1 << 18 };

/// Where models are looked for.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// The folders that are searched; the root is the empty name.
    pub folders: Vec<String>,
    /// Folders that are left out: those of revisions.
    pub except: Vec<String>,
    /// The dialect that types are read for.
    pub dialect: Dialect,
    /// The version of SQLModel that is pinned.
    pub sqlmodel: Option<ServerVersion>,
    /// The path of `env.py`, where the metadata is named that it compares with.
    pub environment: Option<String>,
}

/// Reads the models of a snapshot.
pub fn read(search: &Search<'_>, loader: &dyn Loader) -> Models {
    let found = files::modules(search.snapshot, &search.folders, &search.except);
    let texts =
        found.into_iter().map(|Found { path, bytes }| (path, Rc::new(Text::decode(&bytes))));
    read_files(search, texts, loader)
}

/// Reads the models of some files of a snapshot, as far as they may declare one: what other files
/// import is not theirs.
pub fn read_paths(search: &Search<'_>, paths: &[Rc<str>], loader: &dyn Loader) -> Models {
    let marks = Marks::new();
    let text = |path: &Rc<str>| {
        let entry = search.snapshot.entry(path)?;
        let text = search.snapshot.text_at_hand(&entry.id)?;
        marks.stand_in(text.content().as_bytes()).then(|| (Rc::clone(path), text))
    };
    read_files(search, paths.iter().filter_map(text), loader)
}

fn read_files(
    search: &Search<'_>,
    found: impl Iterator<Item = (Rc<str>, Rc<Text>)>,
    loader: &dyn Loader,
) -> Models {
    let path = Rc::from(search.environment.as_deref().unwrap_or_default());
    let store = Rc::new(RefCell::new(Store::new(MigrationHost::new(path, search.dialect))));
    store.borrow_mut().sqlmodel = search.sqlmodel;
    let mut host = ModelHost { store: Rc::clone(&store) };
    let loader = WithLibraries { inner: loader };
    let mut interpreter = Interpreter::new(&mut host, &loader, FUEL);
    interpreter.allow_modules(MODULES);
    let mut files = Vec::new();
    for (path, text) in found {
        interpreter.refuel(FUEL);
        interpreter.visit(&path, &text);
        files.push(path);
    }
    interpreter.refuel(FUEL);
    let env = search.environment.as_deref().and_then(|path| {
        let text = search.snapshot.text(path)?;
        let module = interpreter.visit(&Rc::from(path), &text);
        interpreter.module_attribute(&module, "target_metadata")
    });
    let mut mapper = Mapper::new(interpreter, store, &loader);
    let models = mapper.models(env);
    Models { files, ..models }
}
