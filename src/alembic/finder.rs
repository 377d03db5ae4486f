//! How projects are found: by their configuration, and by an `env.py` where there is none.

use std::rc::Rc;

use crate::alembic::ini::{HERE, Ini};
use crate::alembic::location::{Anchor, Place, add_source_roots, ancestors, folder_of, join};
use crate::alembic::options::{Options, of_ini, of_toml};
use crate::alembic::project::{
    Environment, Origin, Project, Search, VersionsFrom, is_environment, is_revision_name,
};
use crate::alembic::signs;
use crate::config::pyproject;
use crate::snapshot::{Kind, Snapshot};
use crate::text::known::Known;
use crate::text::source::Text;

/// Finds the projects of a snapshot, as far as configuration says them.
pub(crate) fn find(snapshot: &Snapshot, scope: Search<'_>, named: &[String]) -> Vec<Project> {
    let mut signs = match scope {
        Search::Around(paths) | Search::Declared(paths) => signs::around(snapshot, paths),
        Search::Whole => signs::whole(snapshot),
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
    signs::in_order(&signs.inis).for_each(|path| found.ini(path));
    signs.pyprojects.iter().for_each(|path| found.pyproject(path));
    signs.scripts.iter().for_each(|folder| found.folder(folder));
    found.projects
}

/// How many sections of one ini are looked at; no ini has so many.
const SECTIONS: usize = 1_000;

struct Found<'a> {
    snapshot: &'a Snapshot,
    projects: Vec<Project>,
}

/// How many symbolic links are followed in one path.
const LONGEST_CHAIN: usize = 40;

impl Found<'_> {
    fn ini(&mut self, path: &str) {
        let Some(text) = self.text(path) else { return };
        if !text.content().contains("script_location") && !path.ends_with("alembic.ini") {
            return;
        }
        let ini = Ini::parse(text.content());
        for section in ini.sections().take(SECTIONS) {
            let beside_env = || section.name == "alembic" && self.has_env(folder_of(path));
            let location =
                match (section.get("script_location"), ini.get(&section.name, "script_location")) {
                    (Some(_), Some(Known::Is(location))) => location,
                    (None, Some(Known::Is(location))) if section.name == "alembic" => location,
                    // Flask-Migrate keeps its ini beside env.py and tells Alembic the folder
                    // itself.
                    _ if beside_env() => HERE.to_owned(),
                    _ => continue,
                };
            self.add(folder_of(path), of_ini(&ini, &section.name, path, location));
        }
    }

    fn pyproject(&mut self, path: &str) {
        let Some(text) = self.text(path) else { return };
        let Some(options) = pyproject::alembic(text.content()) else { return };
        if let Some(options) = of_toml(&options, path) {
            let url = self.url_beside(path);
            self.add(folder_of(path), Options { url, ..options });
        }
    }

    /// Returns the URL in the ini beside a `pyproject.toml`, where Alembic keeps what is of the
    /// database.
    fn url_beside(&self, path: &str) -> Option<String> {
        let text = self.snapshot.text(&join(folder_of(path), "alembic.ini")?)?;
        Ini::parse(text.content())
            .get("alembic", "sqlalchemy.url")?
            .into_option()
            .filter(|url| !url.is_empty())
    }

    fn folder(&mut self, folder: &str) {
        let is_known =
            |found: &Self| found.projects.iter().any(|project| project.script_location == folder);
        if is_known(self) || !self.is_project(folder) {
            return;
        }
        signs::in_order(&signs::inis_near(self.snapshot, folder)).for_each(|path| self.ini(path));
        if is_known(self) {
            return;
        }
        let mut outside = Vec::new();
        let versions = self.settled(join(folder, "versions").into_iter().collect(), &mut outside);
        self.projects.push(Project {
            name: folder.to_owned(),
            origin: Origin::Folder,
            script_location: folder.to_owned(),
            version_locations: versions,
            versions_from: VersionsFrom::Configuration,
            recursive: false,
            sourceless: false,
            outside,
            import_roots: import_roots(self.snapshot, folder, folder, &[]),
            url: None,
            other_urls: Vec::new(),
            environment: Environment::default(),
        });
    }

    fn has_env(&self, folder: &str) -> bool {
        join(folder, "env.py").is_some_and(|path| self.snapshot.entry(&path).is_some())
    }

    /// Tells whether an `env.py` is Alembic's and revisions stand beside it.
    fn is_project(&self, folder: &str) -> bool {
        let versions =
            join(folder, "versions").is_some_and(|path| !self.snapshot.list(&path).is_empty());
        let mako = || {
            join(folder, "script.py.mako").is_some_and(|path| self.snapshot.entry(&path).is_some())
        };
        (versions || mako()) && is_environment(self.snapshot, folder)
    }

    fn add(&mut self, folder: &str, options: Options) {
        let paths: Vec<String> =
            options.import_paths.iter().filter_map(|path| local(folder, path)).collect();
        let roots = import_roots(self.snapshot, folder, folder, &paths);
        let anchor = Anchor { snapshot: self.snapshot, folder, roots };
        let Place::Inside(script_location) =
            anchor.resolve(&options.location, |path| self.has_env(path))
        else {
            return;
        };
        // A program fills in what stands in braces before Alembic reads it.
        if script_location.contains(['{', '}', '$'])
            && self.snapshot.list(&script_location).is_empty()
        {
            return;
        }
        // A link beside the configuration and the folder it leads to are one project.
        let script_location = self.followed(&script_location).unwrap_or(script_location);
        let (mut versions, mut outside) = (Vec::new(), options.unknown);
        for written in &options.versions {
            let revisions = |path: &str| {
                self.snapshot.list(path).iter().any(|entry| is_revision_name(&entry.name))
            };
            match anchor.resolve(written, revisions) {
                Place::Inside(path) => versions.push(path),
                Place::Outside(written) => outside.push(written),
            }
        }
        if versions.is_empty() && outside.is_empty() {
            versions.extend(join(&script_location, "versions"));
        }
        let versions = self.settled(versions, &mut outside);
        let known = |project: &Project| {
            project.script_location == script_location && project.version_locations == versions
        };
        if let Some(project) = self.projects.iter_mut().find(|project| known(project)) {
            project.other_urls.extend(options.url.map(|url| (url, options.name)));
            return;
        }
        let import_roots = import_roots(self.snapshot, folder, &script_location, &paths);
        self.projects.push(Project {
            name: options.name,
            origin: options.origin,
            script_location,
            version_locations: versions,
            versions_from: VersionsFrom::Configuration,
            recursive: options.recursive,
            sourceless: options.sourceless,
            outside,
            import_roots,
            url: options.url,
            other_urls: Vec::new(),
            environment: Environment::default(),
        });
    }
}

impl Found<'_> {
    /// Follows folders that are symbolic links, and sends those that lead out of the tree, or are
    /// submodules, outside.
    fn settled(&self, folders: Vec<String>, outside: &mut Vec<String>) -> Vec<String> {
        let mut settled: Vec<String> = Vec::new();
        for folder in folders {
            match self.followed(&folder) {
                Some(path) if settled.contains(&path) => {}
                Some(path) => settled.push(path),
                None => outside.push(folder),
            }
        }
        settled
    }

    /// Returns the path that symbolic links lead to, through folders that are links themselves and
    /// links to links; nothing where they lead out of the tree or in a circle.
    fn followed(&self, path: &str) -> Option<String> {
        let mut rest: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
        let (mut done, mut links) = (String::new(), 0);
        while let Some(part) = rest.pop() {
            let next = join(&done, &part)?;
            match self.snapshot.entry(&next).map(|entry| (entry.kind, entry.id)) {
                Some((Kind::Link, id)) if links < LONGEST_CHAIN => {
                    links += 1;
                    let target = self.snapshot.bytes_of(&id)?;
                    let target = String::from_utf8_lossy(&target).into_owned();
                    if target.starts_with('/') {
                        return None;
                    }
                    rest.extend(target.rsplit('/').map(str::to_owned));
                }
                Some((Kind::Link | Kind::Submodule, _)) => return None,
                // What is not there is named as it is written.
                Some((Kind::Folder | Kind::File, _)) | None => done = next,
            }
        }
        (links == 0 || self.snapshot.entry(&done).is_some()).then_some(done)
    }

    /// Returns the text of a file, or of the one that a symbolic link leads to.
    fn text(&self, path: &str) -> Option<Rc<Text>> {
        self.snapshot.text(&self.followed(path)?)
    }
}

/// Returns a path of the configuration that lies in the tree.
fn local(folder: &str, written: &str) -> Option<String> {
    match written.strip_prefix(HERE) {
        Some(rest) => join(folder, rest.trim_start_matches('/')),
        None => (!written.starts_with('/')).then(|| join(folder, written))?,
    }
}

/// Returns the folders that modules may be imported from: what the configuration says, the folder
/// of the configuration, those around the scripts, each with its `src`.
fn import_roots(snapshot: &Snapshot, folder: &str, scripts: &str, said: &[String]) -> Vec<String> {
    let mut roots = said.to_vec();
    add_source_roots(&mut roots, snapshot, ancestors(folder).chain(ancestors(scripts)));
    roots
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::alembic::project::{Origin, Project, Search};
    use crate::alembic::search::find;
    use crate::config::settings::Settings;
    use crate::snapshot::Snapshot;

    const ENV: &str = "from alembic import context\ncontext.configure(connection=c)\n";

    fn found(files: &[(&str, &str)], scope: Search<'_>, named: &[String]) -> Vec<Project> {
        let settings = Settings { projects: named.to_vec(), ..Settings::default() };
        find(&Rc::new(Snapshot::of(files.iter().copied())), scope, &settings)
    }

    /// Returns name, script location and version locations of every project.
    fn emitted(files: &[(&str, &str)]) -> Vec<String> {
        let projects = found(files, Search::Whole, &[]);
        let line = |project: &Project| {
            let outside = if project.outside.is_empty() {
                String::new()
            } else {
                format!(" + {}", project.outside.join(" "))
            };
            format!(
                "{} {} [{}]{outside}",
                project.name,
                project.script_location,
                project.version_locations.join(" ")
            )
        };
        projects.iter().map(line).collect()
    }

    /// A layout: its name, its files, and what is found.
    type Layout = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

    #[test]
    fn a_tree_of_more_projects_than_sections_are_looked_at_loses_none() {
        let ini = "[alembic]\nscript_location = alembic\n";
        let files: Vec<(String, &str)> = (0..super::SECTIONS + 20)
            .flat_map(|at| {
                [(format!("p{at}/alembic.ini"), ini), (format!("p{at}/alembic/env.py"), ENV)]
            })
            .collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, *text)).collect();
        assert_eq!(found(&files, Search::Whole, &[]).len(), super::SECTIONS + 20);
        let sections: String = (0..super::SECTIONS + 20)
            .map(|at| format!("[s{at}]\nscript_location = alembic\nversion_locations = v{at}\n"))
            .collect();
        let files = [("alembic.ini", &*sections), ("alembic/env.py", ENV)];
        assert_eq!(found(&files, Search::Whole, &[]).len(), super::SECTIONS);
    }

    #[test]
    fn layouts_are_found() {
        let table: [Layout; 16] = [
            (
                "plain",
                &[
                    ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
                    ("alembic/env.py", ENV),
                ],
                &["alembic.ini alembic [alembic/versions]"],
            ),
            (
                "here",
                &[
                    ("db/alembic.ini", "[alembic]\nscript_location = %(here)s/m\n"),
                    ("db/m/env.py", ENV),
                ],
                &["db/alembic.ini db/m [db/m/versions]"],
            ),
            (
                "from the root",
                &[
                    ("conf/alembic.ini", "[alembic]\nscript_location = app/m\n"),
                    ("app/m/env.py", ENV),
                ],
                &["conf/alembic.ini app/m [app/m/versions]"],
            ),
            (
                "above",
                &[
                    ("conf/alembic.ini", "[alembic]\nscript_location = %(here)s/../m\n"),
                    ("m/env.py", ENV),
                ],
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
                    "[DEFAULT]\nbase = db\n[a]\nscript_location = %(base)s/a\n[b]\n\
                     script_location = %(base)s/b\n[loggers]\nkeys = root\n",
                )],
                &["alembic.ini:a db/a [db/a/versions]", "alembic.ini:b db/b [db/b/versions]"],
            ),
            (
                "sections that share their scripts",
                &[
                    (
                        "alembic.ini",
                        "[a]\nscript_location = m\nversion_locations = m/a\n[b]\n\
                         script_location = m\nversion_locations = m/b\n",
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
                    "[alembic]\nscript_location = m\npath_separator = newline\n\
                     version_locations =\n  m/versions\n  %(here)s/other\n  /srv/more\n  ../out\n",
                )],
                &["alembic.ini m [m/versions other] + /srv/more ../out"],
            ),
            (
                "Flask-Migrate",
                &[
                    ("migrations/alembic.ini", "[alembic]\nfile_template = x\n"),
                    ("migrations/env.py", ENV),
                ],
                &["migrations/alembic.ini migrations [migrations/versions]"],
            ),
            (
                "no ini",
                &[("app/m/env.py", ENV), ("app/m/versions/a.py", "")],
                &["app/m app/m [app/m/versions]"],
            ),
            ("some other env.py", &[("env.py", "import os"), ("versions/a.py", "")], &[]),
            (
                "pyproject",
                &[
                    (
                        "pyproject.toml",
                        "[tool.alembic]\nscript_location = '%(here)s/m'\n\
                         version_locations = ['%(here)s/v1', 'v2']\n",
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
            assert_eq!(emitted(files), expected, "{name}");
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
            let projects = found(&files, Search::Around(&paths), &[]);
            projects.into_iter().map(|project| project.name).collect::<Vec<_>>()
        };
        assert_eq!(around(&["m/versions/new.py"]), ["alembic.ini"]);
        assert_eq!(around(&["other/m/versions/new.py"]), ["other/alembic.ini"]);
        assert_eq!(
            around(&["other/m/env.py", "alembic.ini"]),
            ["alembic.ini", "other/alembic.ini"]
        );
        let hidden = [
            ("conf/alembic.ini", "[alembic]\nscript_location = h:m\n"),
            ("h/m/env.py", ENV),
            ("h/m/versions/a.py", ""),
        ];
        let projects = found(&hidden, Search::Around(&["h/m/versions/a.py".to_owned()]), &[]);
        assert_eq!(
            projects.into_iter().map(|project| project.name).collect::<Vec<_>>(),
            ["conf/alembic.ini"]
        );
        assert_eq!(around(&["m/versions/deep/x.py"]), ["alembic.ini"]);
        assert_eq!(around(&["app/models.py", "m/deep/x.py", "m/README"]), Vec::<String>::new());
    }

    #[test]
    fn what_is_put_away_below_the_revisions_is_no_project() {
        let revision =
            |id: &str, parent: &str| format!("revision = \"{id}\"\ndown_revision = {parent}\n");
        let (first, second) = (revision("a1", "None"), revision("b2", "\"a1\""));
        let beside = |env: &str, old: &'static str, head: &'static str| {
            let files = [
                ("alembic.ini", "[alembic]\nscript_location = m\n"),
                ("m/env.py", env),
                ("m/versions/b2.py", head),
                (old, first.as_str()),
            ];
            emitted(&files)
        };
        let here = |old, head| beside(ENV, old, head);
        let squashed = "revision = \"b2\"\ndown_revision = None\n";
        let alone = ["alembic.ini m [m/versions]"];
        assert_eq!(here("m/versions/.archive/a1.py", squashed), alone);
        assert_eq!(here("m/versions/Deprecated/a1.py", squashed), alone);
        assert_eq!(here("m/versions/shop/a1.py", squashed).len(), 2);
        // An env.py that says more folders while it runs may load them.
        let env = "config.set_main_option(\"version_locations\", found())\n";
        assert_eq!(beside(env, "m/versions/.archive/a1.py", squashed).len(), 2);
        // What the revisions follow is looked at wherever it stands.
        let followed: &'static str = second.leak();
        let both = ["alembic.ini m [m/versions m/versions/old]"];
        assert_eq!(here("m/versions/old/a1.py", followed), both);
    }

    #[test]
    fn named_projects_are_found_wherever_they_are() {
        let files = [
            ("conf/db.ini", "[alembic]\nscript_location = m\n"),
            ("m/env.py", ENV),
            ("m/versions/a.py", ""),
        ];
        let projects = found(
            &files,
            Search::Around(&["m/versions/a.py".to_owned()]),
            &["conf/db.ini".to_owned()],
        );
        assert_eq!(projects.len(), 1);
        assert_eq!(
            projects[0].origin,
            Origin::Ini { path: "conf/db.ini".to_owned(), section: "alembic".to_owned() }
        );
    }
}
