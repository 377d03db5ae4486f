//! A migration that was read, with all that the reading asked of the repository: it is read no other
//! way as long as the answers are the same.
//!
//! An audit comes by the same file in a thousand commits. One that imports models of the application
//! asks for modules whose reading costs more than all rules.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::imports::Imports;
use crate::alembic::migration::Migration;
use crate::operation::op::naming::NamingConvention;
use crate::operation::operation::Operation;
use crate::python::interpreter::Loader;
use crate::snapshot::ObjectId;
use crate::sql::dialect::Dialect;
use crate::text::source::Text;

/// A migration that was read.
#[derive(Debug)]
pub(super) struct KeptReading {
    terms: Terms,
    asked: HashSet<Asked>,
    migration: Rc<Migration>,
}

/// What a file is read by, besides the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    /// The dialect.
    pub(super) dialect: Dialect,
    /// Whether no naming convention is given to the metadata for certain.
    pub(super) names_are_plain: bool,
    /// What the convention says.
    pub(super) convention: NamingConvention,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Asked {
    Find {
        from: Box<str>,
        module: Box<str>,
        level: usize,
        found: Option<(Rc<str>, ObjectId)>,
    },
    Package {
        from: Box<str>,
        module: Box<str>,
        level: usize,
        is_one: bool,
    },
    Somewhere {
        module: Box<str>,
        is_it: bool,
    },
    Text {
        path: Box<str>,
        found: Option<ObjectId>,
    },
    Names {
        folder: Box<str>,
        names: Option<Vec<String>>,
    },
    /// Something that could not be had, which is asked for again.
    Missing,
}

/// Finds modules, and notes what was asked.
pub(super) struct Asking<'a> {
    imports: &'a Imports,
    asked: RefCell<HashSet<Asked>>,
}

impl KeptReading {
    /// Keeps what was read; nothing where it depends on what the repository registers.
    pub(super) fn new(terms: Terms, asking: Asking<'_>, migration: &Rc<Migration>) -> Option<Self> {
        let steps = migration.upgrade.steps.iter().chain(&migration.downgrade.steps);
        let is_custom = |operation: &Operation| matches!(operation, Operation::Custom { .. });
        let asked = asking.asked.into_inner();
        let is_kept =
            !asked.contains(&Asked::Missing) && !steps.map(|step| &step.operation).any(is_custom);
        is_kept.then(|| KeptReading { terms, asked, migration: Rc::clone(migration) })
    }

    /// Returns the migration, if reading it in another tree would ask the same and hear the same.
    pub(super) fn holding(&self, terms: &Terms, imports: &Imports) -> Option<Rc<Migration>> {
        let holds = self.terms == *terms && self.asked.iter().all(|asked| asked.holds(imports));
        holds.then(|| Rc::clone(&self.migration))
    }
}

impl Asked {
    fn holds(&self, imports: &Imports) -> bool {
        match self {
            Asked::Find { from, module, level, found } => {
                imports.place(from, module, *level) == *found
            }
            Asked::Package { from, module, level, is_one } => {
                imports.is_package(from, module, *level) == *is_one
            }
            Asked::Somewhere { module, is_it } => imports.is_somewhere(module) == *is_it,
            Asked::Text { path, found } => imports.file_at(path) == *found,
            Asked::Names { folder, names } => imports.names_in(folder) == *names,
            Asked::Missing => false,
        }
    }
}

impl<'a> Asking<'a> {
    /// Begins with nothing asked.
    pub(super) fn new(imports: &'a Imports) -> Self {
        Asking { imports, asked: RefCell::default() }
    }

    fn note(&self, asked: Asked) {
        self.asked.borrow_mut().insert(asked);
    }
}

impl Loader for Asking<'_> {
    fn find(&self, from: &str, module: &str, level: usize) -> Option<(Rc<str>, Rc<Text>)> {
        let answer = self.imports.find(from, module, level);
        let found = self.imports.place(from, module, level);
        let path = |(path, _): &(Rc<str>, ObjectId)| Rc::clone(path);
        match answer.as_ref().map(|(path, _)| Rc::clone(path)) == found.as_ref().map(path) {
            true => {
                self.note(Asked::Find { from: from.into(), module: module.into(), level, found })
            }
            false => self.note(Asked::Missing),
        }
        answer
    }

    fn is_package(&self, from: &str, module: &str, level: usize) -> bool {
        let is_one = self.imports.is_package(from, module, level);
        self.note(Asked::Package { from: from.into(), module: module.into(), level, is_one });
        is_one
    }

    fn is_somewhere(&self, module: &str) -> bool {
        let is_it = self.imports.is_somewhere(module);
        self.note(Asked::Somewhere { module: module.into(), is_it });
        is_it
    }

    fn text_at(&self, path: &str) -> Option<Rc<Text>> {
        let answer = self.imports.text_at(path);
        let found = self.imports.file_at(path);
        match answer.is_some() == found.is_some() {
            true => self.note(Asked::Text { path: path.into(), found }),
            false => self.note(Asked::Missing),
        }
        answer
    }

    fn names_in(&self, folder: &str) -> Option<Vec<String>> {
        let names = self.imports.names_in(folder);
        self.note(Asked::Names { folder: folder.into(), names: names.clone() });
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::history::History;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;
    use crate::snapshot::Snapshot;
    use crate::sql::title::statement::statement_title;

    const REVISION: &str = "from alembic import op\nfrom app.names import TABLE\n\n\
        revision = 'a'\ndown_revision = None\n\n\n\
        def upgrade():\n    op.drop_table(TABLE)\n\n\ndef downgrade():\n    pass\n";

    /// A tree in which a module and a page stand.
    fn tree(names: Option<&str>, page: &str) -> Rc<Snapshot> {
        let own = [
            ("alembic.ini", "[alembic]\nscript_location = m\n"),
            ("m/env.py", "from alembic import context\n"),
            ("m/versions/a.py", REVISION),
            ("page.txt", page),
        ];
        let names = names.map(|names| ("app/names.py", names));
        Rc::new(Snapshot::of(own.into_iter().chain(names)))
    }

    fn history(tree: &Rc<Snapshot>, before: Option<&History>) -> History {
        let project = find(tree, Search::Whole, &Settings::default()).remove(0);
        let before: Vec<&History> = before.into_iter().collect();
        History::read_beside(tree, &Rc::new(project), &before)
    }

    fn read(history: &History) -> (Rc<Migration>, String) {
        let migration = history.migration("a").unwrap();
        let steps = migration.upgrade.steps.iter();
        let emitted = steps.flat_map(|step| &step.emitted);
        let titles: Vec<String> = emitted.map(|it| statement_title(&it.statement)).collect();
        (migration, titles.join("; "))
    }

    #[test]
    fn a_migration_is_read_again_where_what_it_imports_is_another_and_not_for_anything_else() {
        let mut last = history(&tree(Some("TABLE = 'old'\n"), ""), None);
        for _ in 0..10 {
            last = history(&tree(Some("TABLE = 'old'\n"), ""), Some(&last));
        }
        let (first, told) = read(&last);
        assert!(told.contains("TABLE old"), "{told}");
        let other_page = history(&tree(Some("TABLE = 'old'\n"), "news"), Some(&last));
        assert!(Rc::ptr_eq(&first, &read(&other_page).0));
        let other_dialect = other_page.on(Dialect::MySql);
        assert!(!Rc::ptr_eq(&first, &read(&other_dialect).0));
        let edited = history(&tree(Some("TABLE = 'new'\n"), ""), Some(&other_page));
        let (_, told) = read(&edited);
        assert!(told.contains("TABLE new"), "{told}");
        let gone = history(&tree(None, ""), Some(&edited));
        let (_, told) = read(&gone);
        assert!(!told.contains("new") && !told.contains("old"), "{told}");
        let back = history(&tree(Some("TABLE = 'old'\n"), ""), Some(&gone));
        assert!(read(&back).1.contains("TABLE old"));
    }
}
