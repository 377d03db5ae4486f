//! Classes of libraries that lend columns to those of an application.
//!
//! Nothing that is installed is looked at: what a library says stands here, in Python, and is
//! interpreted with the rest.

use std::rc::Rc;

use crate::python::interpreter::Loader;
use crate::text::source::Text;

/// Modules that lend columns, with what is read of them.
const MODULES: [(&str, &str); 3] = [
    ("fastapi_users_db_sqlalchemy", USERS),
    ("fastapi_users.db", USERS),
    ("fastapi_users_db_sqlalchemy.access_token", include_str!("library/fastapi_users_tokens.py")),
];

const USERS: &str = include_str!("library/fastapi_users.py");

/// What begins the path of a module that stands here.
const FOLDER: &str = "<installed>/";

/// Tells whether a module lends columns that are known here.
pub(crate) fn is_known(module: &str) -> bool {
    MODULES.iter().any(|(name, _)| *name == module)
}

/// Tells whether a path is that of a module that stands here, and not of the repository.
pub(crate) fn lies_here(path: &str) -> bool {
    path.starts_with(FOLDER)
}

/// Finds modules of the repository, and behind them those that stand here.
pub(crate) struct WithLibraries<'a> {
    /// Finds modules of the repository.
    pub(crate) inner: &'a dyn Loader,
}

impl Loader for WithLibraries<'_> {
    fn find(&self, from: &str, module: &str, level: usize) -> Option<(Rc<str>, Rc<Text>)> {
        self.inner.find(from, module, level).or_else(|| {
            let known = MODULES.iter().find(|(name, _)| level == 0 && *name == module);
            let (name, text) = known?;
            let path = format!("{FOLDER}{}.py", name.replace('.', "/"));
            Some((Rc::from(path), Rc::new(Text::new(*text))))
        })
    }

    fn is_package(&self, from: &str, module: &str, level: usize) -> bool {
        self.inner.is_package(from, module, level)
    }

    fn is_somewhere(&self, module: &str) -> bool {
        self.inner.is_somewhere(module)
    }

    fn text_at(&self, path: &str) -> Option<Rc<Text>> {
        self.inner.text_at(path)
    }

    fn names_in(&self, folder: &str) -> Option<Vec<String>> {
        self.inner.names_in(folder)
    }
}
