//! Whether the metadata has a naming convention: then constraints without a name get one.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use crate::alembic::env::Env;
use crate::alembic::imports::Imports;
use crate::alembic::location::{folder_of, join};
use crate::alembic::project::{CheckNames, Project, Setting};
use crate::operation::op::naming::NamingConvention;
use crate::python::interpreter::Loader;
use crate::python::module;
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind, Part, StatementKind};
use crate::python::walk::{Seen, walk};
use crate::snapshot::{Kind as EntryKind, Snapshot};
use crate::text::cut;
use crate::text::source::Text;

/// How many modules are looked into on the way to the metadata.
const MODULES: usize = 40;

/// Looks for a naming convention in `env.py` and in the modules that its `target_metadata` comes
/// from.
pub(crate) fn read(env: &Env, imports: &Imports, snapshot: &Snapshot, project: &Project) -> Naming {
    // The convention of several is none (`SchemaObjects.metadata` asks the list for it, 1.20).
    if is_listed(env) {
        return Naming::none();
    }
    let names = metadata_names(env);
    let mut search = Search {
        imports,
        seen: HashSet::new(),
        todo: vec![(env.path.clone(), env.text.clone(), names)],
        leads_away: false,
    };
    if let Some(naming) = search.run() {
        return naming;
    }
    // Flask-Migrate asks the running application for its metadata; it is mostly made beside the
    // migrations.
    let flask = env.text.content().contains("current_app");
    match flask || search.leads_away {
        true => match beside(snapshot, project) {
            Some(text) => Naming::of(&text),
            None => Naming {
                setting: Setting::Unreadable,
                checks: CheckNames::Unknown,
                convention: NamingConvention::default(),
            },
        },
        false => match set_afterwards(snapshot, &search.seen) {
            Some(text) => Naming::of(&text),
            None => Naming::none(),
        },
    }
}

/// Finds the module of the same package, or of its models, that gives the metadata a convention
/// after it was made: `db.metadata.naming_convention = ...`.
fn set_afterwards(snapshot: &Snapshot, seen: &HashSet<Rc<str>>) -> Option<Rc<Text>> {
    let folders = seen.iter().map(|path| folder_of(path)).filter(|folder| !folder.is_empty());
    let folders: BTreeSet<&str> = folders.collect();
    let names = ["__init__.py", "models/__init__.py", "models/base.py", "models.py", "base.py"];
    let assigns = |text: &Text| {
        memchr::memmem::find(text.content().as_bytes(), b".naming_convention = ").is_some()
    };
    text_in(snapshot, folders.into_iter().map(str::to_owned), &names, assigns)
}

/// Finds the first file of a usual name, folder by folder, whose text is wanted.
fn text_in(
    snapshot: &Snapshot,
    folders: impl Iterator<Item = String>,
    names: &[&str],
    wanted: impl Fn(&Text) -> bool,
) -> Option<Rc<Text>> {
    let mut paths =
        folders.flat_map(|folder| names.iter().filter_map(move |name| join(&folder, name)));
    paths.find_map(|path| snapshot.text(&path).filter(|text| wanted(text)))
}

/// What is known of a naming convention.
pub(crate) struct Naming {
    /// Whether there is one.
    pub(crate) setting: Setting,
    /// What it makes of the names of checks.
    pub(crate) checks: CheckNames,
    /// The templates, where they are written out.
    pub(crate) convention: NamingConvention,
}

impl Naming {
    fn none() -> Self {
        Naming {
            setting: Setting::No,
            checks: CheckNames::AsGiven,
            convention: NamingConvention::default(),
        }
    }

    /// Reads the convention that a text holds.
    fn of(text: &Text) -> Self {
        let content = text.content();
        let template = |kind: &str| {
            ['"', '\''].into_iter().find_map(|quote| {
                let at = content.find(&format!("{quote}{kind}{quote}:"))?;
                let rest = cut::from(content, at + kind.len() + 3).trim_start();
                let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
                cut::from(rest, 1).split_once(quote).map(|(template, _)| template.to_owned())
            })
        };
        let is_read = ["ix", "uq", "fk", "pk"].iter().any(|kind| template(kind).is_some());
        let checks = match template("ck") {
            Some(template) if template.contains("%(constraint_name)s") => {
                CheckNames::Template(template.as_str().into())
            }
            Some(_) => CheckNames::Unknown,
            None if is_read => CheckNames::AsGiven,
            None => CheckNames::Unknown,
        };
        Naming { setting: Setting::Yes, checks, convention: templates(text) }
    }
}

/// Reads the templates of a convention that is written out: a dict of texts by `ix`, `uq`, `ck`, `fk`
/// and `pk`.
fn templates(text: &Text) -> NamingConvention {
    let parsed = module::parse(text);
    let mut found = BTreeMap::new();
    walk(&parsed.module.body, &mut |seen| {
        if let Seen::Expression(Expression { kind: Kind::Dict(pairs), .. }) = seen
            && found.is_empty()
            && let Some(templates) = pairs.iter().map(template).collect::<Option<_>>()
        {
            found = templates;
        }
    });
    NamingConvention(Rc::new(found))
}

fn template((key, value): &(Option<Expression>, Expression)) -> Option<(String, String)> {
    let plain = |expression: &Expression| match &expression.kind {
        Kind::Text(parts) => match parts.as_slice() {
            [Part::Known(text, _)] => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    };
    let key = plain(key.as_ref()?)?;
    ["ix", "uq", "ck", "fk", "pk"].contains(&key.as_str()).then_some((key, plain(value)?))
}

fn says(text: &Text) -> bool {
    memchr::memmem::find(text.content().as_bytes(), b"naming_convention").is_some()
}

/// Returns the names that `target_metadata` is made of: `Base` of `Base.metadata`.
fn metadata_names(env: &Env) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut see = |value: &Expression| collect(value, &mut names);
    walk(&env.module.body, &mut |seen| match seen {
        Seen::Statement(statement) => match &statement.kind {
            StatementKind::Assign { targets, value } if targets.iter().any(is_target) => see(value),
            StatementKind::Annotated { target, value: Some(value), .. } if is_target(target) => {
                see(value)
            }
            _ => {}
        },
        Seen::Expression(Expression { kind: Kind::Call(_, arguments), .. }) => {
            let of_metadata = arguments.iter().filter_map(|argument| match argument {
                Argument::Keyword(name, value) if &**name == "target_metadata" => Some(value),
                _ => None,
            });
            of_metadata.for_each(&mut see);
        }
        Seen::Expression(_) => {}
    });
    if names.is_empty() {
        HashSet::from(["target_metadata".to_owned(), "metadata".to_owned()])
    } else {
        names
    }
}

/// Tells whether `target_metadata` is a list of several, wherever it is set.
fn is_listed(env: &Env) -> bool {
    let is_list = |value: &Expression| matches!(value.kind, Kind::List(_) | Kind::Tuple(_));
    let (mut lists, mut others) = (0, 0);
    walk(&env.module.body, &mut |seen| {
        if let Seen::Statement(statement) = seen
            && let StatementKind::Assign { targets, value } = &statement.kind
            && targets.iter().any(is_target)
        {
            if is_list(value) { lists += 1 } else { others += 1 }
        }
    });
    lists > 0 && others == 0
}

fn is_target(target: &Expression) -> bool {
    matches!(&target.kind, Kind::Name(name) if &**name == "target_metadata")
}

fn collect(value: &Expression, names: &mut HashSet<String>) {
    match &value.kind {
        Kind::Name(name) => drop(names.insert(name.to_string())),
        // `models.Base.metadata` is found by `Base` in the module `models`.
        Kind::Attribute(of, name) => {
            names.insert(name.to_string());
            collect(of, names);
        }
        Kind::Subscript(of, _) => collect(of, names),
        Kind::Call(callee, _) => collect(callee, names),
        Kind::List(items) | Kind::Tuple(items) => {
            items.iter().for_each(|item| collect(item, names))
        }
        _ => {}
    }
}

/// The names in an expression, those handed to a call included: `CONVENTION` of
/// `dict(CONVENTION)`.
fn names_in(value: &Expression, names: &mut HashSet<String>) {
    collect(value, names);
    if let Kind::Call(_, arguments) = &value.kind {
        for argument in arguments {
            if let Argument::Positional(value) | Argument::UnpackedKeywords(value) = argument {
                names_in(value, names);
            }
        }
    }
}

/// A search from module to module, along the imports of names.
struct Search<'a> {
    imports: &'a Imports,
    seen: HashSet<Rc<str>>,
    todo: Vec<(Rc<str>, Rc<Text>, HashSet<String>)>,
    /// Whether the metadata comes from a package whose text is not here.
    leads_away: bool,
}

/// Packages whose metadata has no convention by itself.
const PLAIN: [&str; 4] = ["sqlalchemy", "sqlmodel", "alembic", "flask_sqlalchemy"];

impl Search<'_> {
    fn run(&mut self) -> Option<Naming> {
        while let Some((path, text, names)) = self.todo.pop() {
            if says(&text) {
                return Some(self.naming(&path, &text));
            }
            if self.seen.len() < MODULES && self.seen.insert(path.clone()) {
                self.follow(&path, &text, &names);
            }
        }
        None
    }

    /// Reads the convention that a module sets, or the module that it takes it from:
    /// `MetaData(naming_convention=CONVENTION)`.
    fn naming(&self, path: &str, text: &Text) -> Naming {
        let own = Naming::of(text);
        if !own.convention.0.is_empty() {
            return own;
        }
        let parsed = module::parse(text);
        let mut names = HashSet::new();
        walk(&parsed.module.body, &mut |seen| {
            if let Seen::Expression(Expression { kind: Kind::Call(_, arguments), .. }) = seen {
                let set = arguments.iter().filter_map(|argument| match argument {
                    Argument::Keyword(name, value) if &**name == "naming_convention" => Some(value),
                    _ => None,
                });
                set.for_each(|value| names_in(value, &mut names));
            }
        });
        let from = parsed.module.body.iter().find_map(|statement| match &statement.kind {
            StatementKind::From { module, level, names: imported } => {
                let is_wanted = |(name, alias): &(Rc<str>, Option<Rc<str>>)| {
                    names.contains(&**alias.as_ref().unwrap_or(name))
                };
                let wanted = imported.iter().any(is_wanted);
                wanted.then(|| self.imports.find(path, module, *level)).flatten()
            }
            _ => None,
        });
        from.map(|(_, text)| Naming::of(&text))
            .filter(|it| !it.convention.0.is_empty())
            .unwrap_or(own)
    }

    fn follow(&mut self, path: &Rc<str>, text: &Text, names: &HashSet<String>) {
        let parsed = module::parse(text);
        let mut wanted = names.clone();
        // `class Base(Model)` and `metadata = Base.metadata` lead to further names.
        for statement in parsed.module.body.iter() {
            match &statement.kind {
                StatementKind::Assign { targets, value }
                    if targets.iter().any(|target| is_among(target, names)) =>
                {
                    collect(value, &mut wanted);
                }
                StatementKind::Class { definition, .. } if names.contains(&*definition.name) => {
                    let bases = definition.bases.iter().filter_map(|base| match base {
                        crate::python::syntax::Argument::Positional(base) => Some(base),
                        _ => None,
                    });
                    bases.for_each(|base| collect(base, &mut wanted));
                }
                _ => {}
            }
        }
        for statement in parsed.module.body.iter() {
            self.follow_import(path, &statement.kind, &wanted);
        }
    }

    fn follow_import(&mut self, path: &str, statement: &StatementKind, wanted: &HashSet<String>) {
        match statement {
            StatementKind::From { module, level, names } => {
                for (name, alias) in names {
                    if &**name != "*" && !wanted.contains(&**alias.as_ref().unwrap_or(name)) {
                        continue;
                    }
                    let dotted = if module.is_empty() {
                        name.to_string()
                    } else {
                        format!("{module}.{name}")
                    };
                    let found = self
                        .imports
                        .find(path, &dotted, *level)
                        .or_else(|| self.imports.find(path, module, *level));
                    let root = module.split('.').next().unwrap_or_default();
                    let is_named = &**name != "*" && *level == 0 && !PLAIN.contains(&root);
                    self.leads_away |= found.is_none() && is_named;
                    let mut names = wanted.clone();
                    names.extend([name.to_string(), "metadata".to_owned()]);
                    self.todo.extend(found.map(|(path, text)| (path, text, names)));
                }
            }
            StatementKind::Import(names) => {
                for (name, alias) in names {
                    let bound = alias.as_deref().or_else(|| name.split('.').next()).unwrap_or(name);
                    if wanted.contains(bound) {
                        let names = HashSet::from([
                            "Base".to_owned(),
                            "metadata".to_owned(),
                            "db".to_owned(),
                        ]);
                        self.todo.extend(
                            self.imports
                                .find(path, name, 0)
                                .map(|(path, text)| (path, text, names)),
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

fn is_among(target: &Expression, names: &HashSet<String>) -> bool {
    matches!(&target.kind, Kind::Name(name) if names.contains(&**name))
}

/// Tells whether a module that stands around the migrations, or in a package beside them, has a
/// naming convention.
fn beside(snapshot: &Snapshot, project: &Project) -> Option<Rc<Text>> {
    let around = folder_of(&project.script_location);
    let packages = snapshot.list(around);
    let inside = packages
        .iter()
        .filter(|entry| entry.kind == EntryKind::Folder)
        .filter_map(|entry| join(around, &entry.name));
    let names =
        ["__init__.py", "extensions.py", "db.py", "database.py", "models.py", "app.py", "base.py"];
    text_in(snapshot, std::iter::once(around.to_owned()).chain(inside), &names, says)
}
