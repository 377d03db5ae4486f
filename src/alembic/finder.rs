//! How projects are found: by their configuration, and by an `env.py` where there is none.

use std::collections::BTreeSet;

use crate::alembic::ini::{HERE, Ini};
use crate::alembic::location::{Anchor, Place, ancestors, folder_of, join};
use crate::alembic::options::{Options, of_ini, of_toml};
use crate::alembic::project::{Environment, Origin, Project, Scope, is_revision_name};
use crate::config::pyproject;
use crate::snapshot::{Kind, Snapshot};
use crate::text::known::Known;

/// How deep the whole tree is searched.
const DEPTH: usize = 40;

/// Files that may say where projects are.
#[derive(Debug, Default)]
struct Signs {
    inis: BTreeSet<String>,
    pyprojects: BTreeSet<String>,
    scripts: BTreeSet<String>,
}

/// Finds the projects of a snapshot.
pub(crate) fn find(snapshot: &Snapshot, scope: Scope<'_>, named: &[String]) -> Vec<Project> {
    let mut signs = match scope {
        Scope::Around(paths) => around(snapshot, paths),
        Scope::Whole => whole(snapshot),
    };
    for name in named {
        match snapshot.entry(name.trim_end_matches('/')).map(|entry| entry.kind) {
            Some(Kind::Folder) => signs.scripts.insert(name.trim_end_matches('/').to_owned()),
            Some(Kind::File) if name.ends_with(".toml") => signs.pyprojects.insert(name.clone()),
            Some(_) => signs.inis.insert(name.clone()),
            None => false,
        };
    }
    let mut found = Found { snapshot, projects: Vec::new() };
    in_order(&signs.inis).for_each(|path| found.ini(path));
    signs.pyprojects.iter().for_each(|path| found.pyproject(path));
    signs.scripts.iter().for_each(|folder| found.folder(folder));
    found.projects
}

/// Returns ini files in the order in which they count: what is called as Alembic expects comes first.
fn in_order(paths: &BTreeSet<String>) -> impl Iterator<Item = &String> {
    let is_usual = |path: &&String| path.rsplit('/').next() == Some("alembic.ini");
    paths.iter().filter(is_usual).chain(paths.iter().filter(move |path| !is_usual(path)))
}

fn around(snapshot: &Snapshot, paths: &[String]) -> Signs {
    let folders: BTreeSet<&str> = paths.iter().flat_map(|path| ancestors(folder_of(path))).collect();
    let mut signs = Signs::default();
    for folder in folders {
        for entry in snapshot.list(folder).iter().filter(|entry| entry.kind == Kind::File) {
            let path = || join(folder, &entry.name).unwrap_or_default();
            match &*entry.name {
                "alembic.ini" => signs.inis.insert(path()),
                "pyproject.toml" => signs.pyprojects.insert(path()),
                "env.py" => signs.scripts.insert(folder.to_owned()),
                _ => continue,
            };
        }
    }
    signs
}

fn whole(snapshot: &Snapshot) -> Signs {
    let mut signs = Signs::default();
    let mut todo = vec![(String::new(), 0)];
    while let Some((folder, depth)) = todo.pop() {
        for entry in snapshot.list(&folder).iter() {
            let path = if folder.is_empty() { entry.name.to_string() } else { format!("{folder}/{}", entry.name) };
            match (entry.kind, &*entry.name) {
                (Kind::Folder, "node_modules" | "site-packages") => {}
                (Kind::Folder, _) if depth < DEPTH => todo.push((path, depth + 1)),
                (Kind::File, "env.py") => drop(signs.scripts.insert(folder.clone())),
                (Kind::File, "pyproject.toml") => drop(signs.pyprojects.insert(path)),
                (Kind::File, name) if is_ini(name) => drop(signs.inis.insert(path)),
                _ => {}
            }
        }
    }
    signs
}

fn is_ini(name: &str) -> bool {
    name.ends_with(".ini") || name.ends_with(".cfg")
}

struct Found<'a> {
    snapshot: &'a Snapshot,
    projects: Vec<Project>,
}

impl Found<'_> {
    fn ini(&mut self, path: &str) {
        let Some(text) = self.snapshot.text(path) else { return };
        if !text.content().contains("script_location") && !path.ends_with("alembic.ini") {
            return;
        }
        let ini = Ini::parse(text.content());
        for section in ini.sections() {
            let beside_env = || section.name == "alembic" && self.has_env(folder_of(path));
            let location = match (section.get("script_location"), ini.get(&section.name, "script_location")) {
                (Some(_), Some(Known::Is(location))) => location,
                (None, Some(Known::Is(location))) if section.name == "alembic" => location,
                // Flask-Migrate keeps its ini beside env.py and tells Alembic the folder itself.
                _ if beside_env() => HERE.to_owned(),
                _ => continue,
            };
            self.add(folder_of(path), of_ini(&ini, &section.name, path, location));
        }
    }

    fn pyproject(&mut self, path: &str) {
        let Some(text) = self.snapshot.text(path) else { return };
        let Some(options) = pyproject::alembic(text.content()) else { return };
        if let Some(options) = of_toml(&options, path) {
            let url = self.url_beside(path);
            self.add(folder_of(path), Options { url, ..options });
        }
    }

    /// Returns the URL in the ini beside a `pyproject.toml`, where Alembic keeps what is of the database.
    fn url_beside(&self, path: &str) -> Option<String> {
        let text = self.snapshot.text(&join(folder_of(path), "alembic.ini")?)?;
        Ini::parse(text.content()).get("alembic", "sqlalchemy.url")?.into_option().filter(|url| !url.is_empty())
    }

    fn folder(&mut self, folder: &str) {
        let is_known = |found: &Self| found.projects.iter().any(|project| project.script_location == folder);
        if is_known(self) || !self.is_environment(folder) {
            return;
        }
        in_order(&self.inis_near(folder)).for_each(|path| self.ini(path));
        if is_known(self) {
            return;
        }
        let versions = join(folder, "versions").into_iter().collect();
        self.projects.push(Project {
            name: folder.to_owned(),
            origin: Origin::Folder,
            script_location: folder.to_owned(),
            version_locations: versions,
            recursive: false,
            outside: Vec::new(),
            import_roots: import_roots(folder, folder, &[]),
            url: None,
            environment: Environment::default(),
        });
    }

    /// Returns the ini files above a folder, and those in folders there that are called after what they hold: a project
    /// may be started with `-c conf/alembic.ini` or keep its options in a `development.ini`.
    fn inis_near(&self, folder: &str) -> BTreeSet<String> {
        let mut inis = BTreeSet::new();
        let mut collect = |folder: &str| {
            let entries = self.snapshot.list(folder);
            let files = entries.iter().filter(|entry| entry.kind == Kind::File && is_ini(&entry.name));
            inis.extend(files.filter_map(|entry| join(folder, &entry.name)));
        };
        for above in ancestors(folder) {
            collect(above);
            let is_config =
                |name: &str| matches!(name, "conf" | "config" | "configs" | "configuration" | "etc" | "ini");
            for entry in self.snapshot.list(above).iter() {
                if entry.kind == Kind::Folder && is_config(&entry.name) {
                    collect(&join(above, &entry.name).unwrap_or_default());
                }
            }
        }
        inis
    }

    fn has_env(&self, folder: &str) -> bool {
        join(folder, "env.py").is_some_and(|path| self.snapshot.entry(&path).is_some())
    }

    /// Tells whether an `env.py` is Alembic's and revisions stand beside it.
    fn is_environment(&self, folder: &str) -> bool {
        let versions = join(folder, "versions").is_some_and(|path| !self.snapshot.list(&path).is_empty());
        let mako = || join(folder, "script.py.mako").is_some_and(|path| self.snapshot.entry(&path).is_some());
        let path = join(folder, "env.py").unwrap_or_default();
        (versions || mako())
            && self
                .snapshot
                .text(&path)
                .is_some_and(|text| ["alembic", "run_migrations"].iter().any(|word| text.content().contains(word)))
    }

    fn add(&mut self, folder: &str, options: Options) {
        let paths: Vec<String> = options.import_paths.iter().filter_map(|path| local(folder, path)).collect();
        let roots = import_roots(folder, folder, &paths);
        let anchor = Anchor { snapshot: self.snapshot, folder, roots };
        let Place::Inside(script_location) = anchor.resolve(&options.location, |path| self.has_env(path)) else {
            return;
        };
        let (mut versions, mut outside) = (Vec::new(), options.unknown);
        for written in &options.versions {
            let revisions = |path: &str| self.snapshot.list(path).iter().any(|entry| is_revision_name(&entry.name));
            match anchor.resolve(written, revisions) {
                Place::Inside(path) if versions.contains(&path) => {}
                Place::Inside(path) => versions.push(path),
                Place::Outside(written) => outside.push(written),
            }
        }
        if versions.is_empty() && outside.is_empty() {
            versions.extend(join(&script_location, "versions"));
        }
        let known =
            |project: &Project| project.script_location == script_location && project.version_locations == versions;
        if self.projects.iter().any(known) {
            return;
        }
        let import_roots = import_roots(folder, &script_location, &paths);
        self.projects.push(Project {
            name: options.name,
            origin: options.origin,
            script_location,
            version_locations: versions,
            recursive: options.recursive,
            outside,
            import_roots,
            url: options.url,
            environment: Environment::default(),
        });
    }
}

/// Returns a path of the configuration that lies in the tree.
fn local(folder: &str, written: &str) -> Option<String> {
    match written.strip_prefix(HERE) {
        Some(rest) => join(folder, rest.trim_start_matches('/')),
        None => (!written.starts_with('/')).then(|| join(folder, written))?,
    }
}

/// Returns the folders that modules may be imported from: what the configuration says, the folder of the configuration,
/// those around the scripts, each with its `src`.
fn import_roots(folder: &str, scripts: &str, said: &[String]) -> Vec<String> {
    let mut roots = said.to_vec();
    for base in ancestors(folder).chain(ancestors(scripts)) {
        for root in [Some(base.to_owned()), join(base, "src")].into_iter().flatten() {
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::alembic::project::{Origin, Project, Scope, find};
    use crate::snapshot::Snapshot;

    const ENV: &str = "from alembic import context\ncontext.configure(connection=c)\n";

    fn found(files: &[(&str, &str)], scope: Scope<'_>, named: &[String]) -> Vec<Project> {
        find(&Rc::new(Snapshot::of(files.iter().copied())), scope, named)
    }

    /// Returns name, script location and version locations of every project.
    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let projects = found(files, Scope::Whole, &[]);
        let line = |project: &Project| {
            let outside =
                if project.outside.is_empty() { String::new() } else { format!(" + {}", project.outside.join(" ")) };
            format!("{} {} [{}]{outside}", project.name, project.script_location, project.version_locations.join(" "))
        };
        projects.iter().map(line).collect()
    }

    #[test]
    fn layouts_are_found() {
        let table: [(&str, &[(&str, &str)], &[&str]); 16] = [
            (
                "plain",
                &[("alembic.ini", "[alembic]\nscript_location = alembic\n"), ("alembic/env.py", ENV)],
                &["alembic.ini alembic [alembic/versions]"],
            ),
            (
                "here",
                &[("db/alembic.ini", "[alembic]\nscript_location = %(here)s/m\n"), ("db/m/env.py", ENV)],
                &["db/alembic.ini db/m [db/m/versions]"],
            ),
            (
                "from the root",
                &[("conf/alembic.ini", "[alembic]\nscript_location = app/m\n"), ("app/m/env.py", ENV)],
                &["conf/alembic.ini app/m [app/m/versions]"],
            ),
            (
                "above",
                &[("conf/alembic.ini", "[alembic]\nscript_location = %(here)s/../m\n"), ("m/env.py", ENV)],
                &["conf/alembic.ini m [m/versions]"],
            ),
            (
                "package",
                &[
                    ("conf/alembic.ini", "[alembic]\nscript_location = h.db:migrations\n"),
                    ("h/db/migrations/env.py", ENV),
                ],
                &["conf/alembic.ini h/db/migrations [h/db/migrations/versions]"],
            ),
            (
                "package in src",
                &[("alembic.ini", "[alembic]\nscript_location = h:m\n"), ("src/h/m/env.py", ENV)],
                &["alembic.ini src/h/m [src/h/m/versions]"],
            ),
            (
                "package elsewhere",
                &[
                    ("alembic.ini", "[alembic]\nscript_location = h:m\nprepend_sys_path = lib\n"),
                    ("lib/h/m/env.py", ENV),
                ],
                &["alembic.ini lib/h/m [lib/h/m/versions]"],
            ),
            (
                "sections",
                &[(
                    "alembic.ini",
                    "[DEFAULT]\nbase = db\n[a]\nscript_location = %(base)s/a\n[b]\nscript_location = %(base)s/b\n[loggers]\nkeys = root\n",
                )],
                &["alembic.ini:a db/a [db/a/versions]", "alembic.ini:b db/b [db/b/versions]"],
            ),
            (
                "sections that share their scripts",
                &[
                    (
                        "alembic.ini",
                        "[a]\nscript_location = m\nversion_locations = m/a\n[b]\nscript_location = m\nversion_locations = m/b\n",
                    ),
                    ("m/env.py", ENV),
                ],
                &["alembic.ini:a m [m/a]", "alembic.ini:b m [m/b]"],
            ),
            (
                "two inis for one folder",
                &[
                    ("alembic.ini", "[alembic]\nscript_location = m\n"),
                    ("test.ini", "[alembic]\nscript_location = m\n"),
                    ("m/env.py", ENV),
                ],
                &["alembic.ini m [m/versions]"],
            ),
            (
                "locations",
                &[(
                    "alembic.ini",
                    "[alembic]\nscript_location = m\npath_separator = newline\nversion_locations =\n  m/versions\n  %(here)s/other\n  /srv/more\n  ../out\n",
                )],
                &["alembic.ini m [m/versions other] + /srv/more ../out"],
            ),
            (
                "Flask-Migrate",
                &[("migrations/alembic.ini", "[alembic]\nfile_template = x\n"), ("migrations/env.py", ENV)],
                &["migrations/alembic.ini migrations [migrations/versions]"],
            ),
            ("no ini", &[("app/m/env.py", ENV), ("app/m/versions/a.py", "")], &["app/m app/m [app/m/versions]"]),
            ("some other env.py", &[("env.py", "import os"), ("versions/a.py", "")], &[]),
            (
                "pyproject",
                &[
                    (
                        "pyproject.toml",
                        "[tool.alembic]\nscript_location = '%(here)s/m'\nversion_locations = ['%(here)s/v1', 'v2']\n",
                    ),
                    ("m/env.py", ENV),
                ],
                &["pyproject.toml m [v1 v2]"],
            ),
            (
                "pyproject beside an ini without location",
                &[
                    ("alembic.ini", "[alembic]\nsqlalchemy.url = sqlite://\n"),
                    ("pyproject.toml", "[tool.alembic]\nscript_location = 'm'\n"),
                    ("m/env.py", ENV),
                ],
                &["pyproject.toml m [m/versions]"],
            ),
        ];
        for (name, files, expected) in table {
            assert_eq!(told(files), expected, "{name}");
        }
    }

    #[test]
    fn a_change_finds_the_projects_that_it_concerns_and_no_others() {
        let files = [
            ("alembic.ini", "[alembic]\nscript_location = m\n"),
            ("m/env.py", ENV),
            ("m/versions/a.py", ""),
            ("other/alembic.ini", "[alembic]\nscript_location = m\n"),
            ("other/m/env.py", ENV),
            ("other/m/versions/b.py", ""),
        ];
        let around = |paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            let projects = found(&files, Scope::Around(&paths), &[]);
            projects.into_iter().map(|project| project.name).collect::<Vec<_>>()
        };
        assert_eq!(around(&["m/versions/new.py"]), ["alembic.ini"]);
        assert_eq!(around(&["other/m/versions/new.py"]), ["other/alembic.ini"]);
        assert_eq!(around(&["other/m/env.py", "alembic.ini"]), ["alembic.ini", "other/alembic.ini"]);
        let hidden = [
            ("conf/alembic.ini", "[alembic]\nscript_location = h:m\n"),
            ("h/m/env.py", ENV),
            ("h/m/versions/a.py", ""),
        ];
        let projects = found(&hidden, Scope::Around(&["h/m/versions/a.py".to_owned()]), &[]);
        assert_eq!(projects.into_iter().map(|project| project.name).collect::<Vec<_>>(), ["conf/alembic.ini"]);
        assert_eq!(around(&["app/models.py", "m/versions/deep/x.py", "m/README"]), Vec::<String>::new());
    }

    #[test]
    fn named_projects_are_found_wherever_they_are() {
        let files = [("conf/db.ini", "[alembic]\nscript_location = m\n"), ("m/env.py", ENV), ("m/versions/a.py", "")];
        let projects = found(&files, Scope::Around(&["m/versions/a.py".to_owned()]), &["conf/db.ini".to_owned()]);
        assert_eq!(projects.len(), 1);
        assert_eq!(projects[0].origin, Origin::Ini { path: "conf/db.ini".to_owned(), section: "alembic".to_owned() });
    }
}
