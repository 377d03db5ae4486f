//! Operations that the repository itself adds to Alembic (`Operations.register_operation`).

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use memchr::memmem;

use crate::alembic::imports::Imports;
use crate::alembic::location::{folder_of, join};
use crate::alembic::project::{Project, is_revision_name};
use crate::operation::read::Registered;
use crate::python::interpreter::Loader;
use crate::python::module;
use crate::python::syntax::StatementKind;
use crate::snapshot::{Kind, Snapshot};
use crate::text::cut;
use crate::text::source::Text;

/// How many modules are looked into.
const MODULES: usize = 60;

/// Returns the operations that are registered by the files beside `env.py`, or by a module
/// that `env.py` imports, at first or second hand.
pub(crate) fn registered(snapshot: &Snapshot, project: &Project, imports: &Imports) -> Registered {
    let mut names = BTreeSet::new();
    let mut modules = Vec::new();
    let env = project.env_path();
    let mut seen: HashSet<Rc<str>> = HashSet::new();
    let mut todo: Vec<(Rc<str>, usize)> =
        beside(snapshot, project).into_iter().map(|path| (path, 0)).collect();
    while let Some((path, distance)) = todo.pop() {
        if seen.len() >= MODULES || !seen.insert(path.clone()) {
            continue;
        }
        let Some(text) = snapshot.text(&path) else { continue };
        let found = in_text(text.content());
        if !found.is_empty() {
            // `env.py` does more than register.
            let text = if *path == *env { declarations(&text) } else { text.clone() };
            modules.push((path.clone(), text));
        }
        names.extend(found);
        if distance < 2 {
            todo.extend(
                imported(&path, &text, imports).into_iter().map(|path| (path, distance + 1)),
            );
        }
    }
    Registered { names, modules }
}

/// Returns a module with nothing of its top level but what it imports by name and declares; what
/// stays keeps its line.
fn declarations(text: &Text) -> Rc<Text> {
    let mut bytes = text.content().as_bytes().to_vec();
    for statement in module::parse(text).module.body.iter() {
        let stays = match &statement.kind {
            StatementKind::From { names, .. } => names.iter().all(|(name, _)| &**name != "*"),
            StatementKind::Import(_)
            | StatementKind::Function { .. }
            | StatementKind::Class { .. } => true,
            _ => false,
        };
        if !stays {
            let (start, end) = (statement.span.start, statement.span.end.min(bytes.len()));
            let dropped = bytes.get_mut(start..end).into_iter().flatten();
            dropped.filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    }
    Rc::new(Text::decode(&bytes))
}

/// Returns the modules beside `env.py`, itself last, so that it is looked into first.
fn beside(snapshot: &Snapshot, project: &Project) -> Vec<Rc<str>> {
    let folder = folder_of(&project.env_path()).to_owned();
    let files = snapshot.list(&folder);
    let modules =
        files.iter().filter(|entry| entry.kind == Kind::File && is_revision_name(&entry.name));
    let mut paths: Vec<Rc<str>> =
        modules.filter_map(|entry| join(&folder, &entry.name)).map(Rc::from).collect();
    paths.sort_by_key(|path| path.ends_with("env.py"));
    paths
}

fn imported(path: &str, text: &Text, imports: &Imports) -> Vec<Rc<str>> {
    let parsed = module::parse(text);
    let mut found = Vec::new();
    for statement in parsed.module.body.iter() {
        match &statement.kind {
            StatementKind::From { module, level, names } => {
                found.extend(imports.find(path, module, *level));
                let dotted = |name: &str| {
                    if module.is_empty() { name.to_owned() } else { format!("{module}.{name}") }
                };
                found.extend(
                    names.iter().filter_map(|(name, _)| imports.find(path, &dotted(name), *level)),
                );
            }
            StatementKind::Import(names) => {
                found.extend(names.iter().filter_map(|(name, _)| imports.find(path, name, 0)));
            }
            _ => {}
        }
    }
    found.into_iter().map(|(path, _)| path).collect()
}

/// Returns what stands behind `register_operation(` as a string.
fn in_text(content: &str) -> Vec<String> {
    const CALL: &str = "register_operation(";
    let name = |at: usize| {
        let rest = cut::from(content, at + CALL.len()).trim_start();
        let rest = rest.strip_prefix("name=").unwrap_or(rest);
        let quoted = rest.strip_prefix(['"', '\''])?;
        quoted.split(['"', '\'']).next().filter(|name| !name.is_empty()).map(str::to_owned)
    };
    memmem::find_iter(content.as_bytes(), CALL).filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::project::Search;
    use crate::alembic::search::find;
    use crate::config::settings::Settings;

    #[test]
    fn operations_are_found_where_env_py_imports_them() {
        let snapshot = Rc::new(Snapshot::of([
            ("alembic.ini", "[alembic]\nscript_location = m\n"),
            ("m/env.py", "from alembic import context\nfrom app import ops\n"),
            ("m/more.py", "@Operations.register_operation(\n    'beside')\nclass X: pass\n"),
            ("app/__init__.py", ""),
            ("app/ops.py", "@Operations.register_operation(\"create_sequence\")\nclass X: pass\n"),
            ("app/far.py", "Operations.register_operation('never')"),
        ]));
        let project = Rc::new(find(&snapshot, Search::Whole, &Settings::default()).remove(0));
        let names = registered(&snapshot, &project, &Imports::new(&snapshot, &project));
        assert_eq!(names.names.into_iter().collect::<Vec<_>>(), ["beside", "create_sequence"]);
    }
}
