//! Projects that the files say where no configuration does: any folder whose files have revision
//! headers belongs to one. Folders go together where their revisions name each other as parents.

use crate::alembic::env::Env;
use crate::alembic::location::{add_source_roots, ancestors, folder_of, is_below, join};
use crate::alembic::neighbour::shared;
use crate::alembic::project::{
    Environment, Origin, Project, VersionsFrom, is_environment, is_revision_name, territory,
};
use crate::alembic::put_away::is_put_away;
use crate::alembic::{fallback, header, scan};
use crate::python::module;
use crate::snapshot::{Kind, Snapshot};
use crate::text::source::Text;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How deep folders are followed.
const DEPTH: usize = 400;

/// A folder with revisions.
#[derive(Debug, Default)]
struct RevisionFolder {
    path: String,
    /// How many of its files have a header.
    files: usize,
    ids: BTreeSet<String>,
    parents: BTreeSet<String>,
    /// The number of the project that loads it.
    owner: Option<usize>,
}

/// Adds what the files below some folders say to the projects that configuration says: folders to
/// those whose revisions they follow, else projects of their own.
pub(crate) fn complete(
    snapshot: &Snapshot,
    projects: Vec<Project>,
    below: &BTreeSet<String>,
) -> Vec<Project> {
    let is_loaded = |folder: &str| projects.iter().any(|project| project.loads_from(folder));
    let mut found: BTreeMap<String, RevisionFolder> = BTreeMap::new();
    for top in below {
        for folder in folders(snapshot, top) {
            if !found.contains_key(&folder)
                && !is_loaded(&folder)
                && let Some(read) = read(snapshot, &folder)
            {
                found.insert(folder, read);
            }
        }
    }
    let mut by_territory: BTreeMap<String, Vec<RevisionFolder>> = BTreeMap::new();
    for (path, folder) in found {
        by_territory.entry(territory(snapshot, &path)).or_default().push(folder);
    }
    let projects = together(snapshot, by_territory)
        .into_iter()
        .fold(projects, |projects, (territory, folders)| {
            settle(snapshot, projects, &territory, folders)
        });
    with_those_of_env(snapshot, projects)
}

/// Joins territories without an `env.py` where the revisions of one follow those of another and
/// nobody else's: a program that loads both gathers their folders.
fn together(
    snapshot: &Snapshot,
    territories: BTreeMap<String, Vec<RevisionFolder>>,
) -> BTreeMap<String, Vec<RevisionFolder>> {
    let mut holders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (territory, folders) in &territories {
        for id in folders.iter().flat_map(|folder| &folder.ids) {
            holders.entry(id.clone()).or_default().insert(territory.clone());
        }
    }
    let followed = |territory: &String, folders: &[RevisionFolder]| {
        let mut parents = folders.iter().flat_map(|folder| &folder.parents);
        let other = parents.find_map(|parent| {
            let held = holders.get(parent).filter(|held| held.len() == 1)?;
            held.first().filter(|other| *other != territory)
        });
        other.filter(|_| !is_environment(snapshot, territory)).cloned()
    };
    let next: BTreeMap<String, String> = territories
        .iter()
        .filter_map(|(territory, folders)| Some((territory.clone(), followed(territory, folders)?)))
        .collect();
    let mut joined: BTreeMap<String, Vec<RevisionFolder>> = BTreeMap::new();
    for (territory, folders) in territories {
        let mut first = &territory;
        // Territories that follow each other in a circle stay as they are.
        for _ in 0..next.len() {
            first = next.get(first).unwrap_or(first);
        }
        let first = if next.contains_key(first) { territory } else { first.clone() };
        joined.entry(first).or_default().extend(folders);
    }
    joined
}

/// Gives what only headers say to the one project that loads nothing from where its configuration
/// says, and whose `env.py` sets `version_locations` by names that lead there.
fn with_those_of_env(snapshot: &Snapshot, projects: Vec<Project>) -> Vec<Project> {
    let vacant: Vec<Env> = projects
        .iter()
        .filter(|project| project.origin != Origin::Folder)
        .filter_map(|project| {
            let path = project.env_path();
            let text = snapshot.text(&path)?;
            let sets = text.content().contains("version_locations");
            let stands = |folder: &String| read(snapshot, folder).is_some();
            (sets && !loaded(snapshot, project).iter().any(stands)).then(|| Env::of(&path, &text))
        })
        .collect();
    let [env] = vacant.as_slice() else { return projects };
    let words: Vec<String> = env.strings().into_iter().map(|(text, _)| text).collect();
    let says = |folder: &String| {
        let mut parts = words.iter().flat_map(|word| word.split(['/', ' ', ':', ',', '…']));
        parts.any(|part| !part.is_empty() && folder.split('/').any(|name| name == part))
    };
    let is_its = |project: &Project| {
        project.origin == Origin::Folder
            && matches!(project.versions_from, VersionsFrom::Files { .. })
            && !is_environment(snapshot, &project.script_location)
            && project.version_locations.iter().all(says)
    };
    let (its, mut rest): (Vec<Project>, Vec<Project>) = projects.into_iter().partition(is_its);
    let folders: Vec<RevisionFolder> = its
        .iter()
        .flat_map(|project| &project.version_locations)
        .filter_map(|folder| read(snapshot, folder))
        .collect();
    let of_env = rest.iter_mut().find(|project| project.env_path() == *env.path);
    if let Some(project) = of_env.filter(|_| !folders.is_empty()) {
        occupy(project, &folders);
    }
    rest
}

/// Leaves out folders with an `env.py` and no revisions that no configuration names: templates of
/// Alembic's kind, and scripts that run what stands elsewhere.
pub(crate) fn without_templates(snapshot: &Snapshot, projects: &mut Vec<Project>) {
    let is_bare = |project: &Project| {
        project.origin == Origin::Folder
            && project.versions_from == VersionsFrom::Configuration
            && project.version_locations.iter().all(|path| snapshot.list(path).is_empty())
    };
    projects.retain(|project| !is_bare(project));
}

/// Tells whether a file says that it is a revision: it assigns `revision` and `down_revision`.
pub(crate) fn has_header(snapshot: &Snapshot, path: &str) -> bool {
    let bytes = snapshot.entry(path).filter(|entry| entry.kind == Kind::File);
    let name = path.rsplit('/').next().unwrap_or(path);
    is_revision_name(name)
        && bytes
            .and_then(|entry| snapshot.bytes_of(&entry.id))
            .is_some_and(|bytes| header_of(&bytes, name).is_some())
}

/// Returns a folder and those in it, without those of other people's packages.
fn folders(snapshot: &Snapshot, top: &str) -> Vec<String> {
    let mut folders = Vec::new();
    let mut todo = vec![(top.to_owned(), 0)];
    while let Some((folder, depth)) = todo.pop() {
        let inside = snapshot.search(&folder, |_| false);
        for entry in inside.iter().filter(|entry| entry.kind == Kind::Folder) {
            let is_ours = !matches!(&*entry.name, "node_modules" | "site-packages" | "__pycache__");
            if is_ours && depth < DEPTH && !snapshot.is_barren(entry) {
                todo.extend(join(&folder, &entry.name).map(|path| (path, depth + 1)));
            }
        }
        folders.push(folder);
    }
    folders
}

/// Reads the headers in a folder; nothing where no file has one.
fn read(snapshot: &Snapshot, folder: &str) -> Option<RevisionFolder> {
    let mut found = RevisionFolder { path: folder.to_owned(), ..RevisionFolder::default() };
    for entry in snapshot.search(folder, is_revision_name) {
        if entry.kind != Kind::File {
            continue;
        }
        let Some(bytes) = snapshot.bytes_of(&entry.id) else { continue };
        if let Some((revision, parents)) = header_of(&bytes, &entry.name) {
            found.files += 1;
            found.ids.extend(revision);
            found.parents.extend(parents);
        }
    }
    (found.files > 0).then_some(found)
}

/// Returns the id and the parents that a header says, as far as they are written; nothing where the
/// file has none.
fn header_of(bytes: &[u8], name: &str) -> Option<(Option<String>, Vec<String>)> {
    memchr::memmem::find(bytes, b"down_revision")?;
    if let Some(reading) = header::scan(bytes, name) {
        let header = reading.header().map(|header| {
            let links = header.down_revisions.iter().chain(&header.depends_on);
            (Some(header.revision.clone()), links.cloned().collect())
        });
        let has_id = reading.revision().map(|id| (Some(id.to_owned()), Vec::new()));
        return header.or(has_id);
    }
    let text = Text::decode(bytes);
    if !scan::may_assign(text.content(), "down_revision") {
        return None;
    }
    let module = module::parse(&text).module;
    let ids = |name| fallback::written(&module.body, name);
    let (revision, mut parents) = (ids("revision")?, ids("down_revision")?);
    parents.extend(ids("depends_on").unwrap_or_default());
    Some((revision.into_iter().next(), parents))
}

/// Gives the folders of one territory to projects.
fn settle(
    snapshot: &Snapshot,
    mut projects: Vec<Project>,
    territory: &str,
    mut folders: Vec<RevisionFolder>,
) -> Vec<Project> {
    let configured = projects.iter().position(|project| project.script_location == territory);
    let near: Vec<usize> = (0..projects.len())
        .filter(|&at| {
            let project = &projects[at];
            project.script_location == territory
                || project.version_locations.iter().any(|folder| is_below(folder, territory))
        })
        .collect();
    for at in near {
        for folder in loaded(snapshot, &projects[at]) {
            if let Some(read) = read(snapshot, &folder) {
                folders.push(RevisionFolder { owner: Some(at), ..read });
            }
        }
    }
    let is_empty = |at: usize| !folders.iter().any(|folder| folder.owner == Some(at));
    let vacant = configured.filter(|&at| is_empty(at));
    let groups = groups(folders);
    let ownerless =
        groups.iter().filter(|group| group.iter().all(|folder| folder.owner.is_none())).count();
    for group in groups {
        let owner = group.iter().find_map(|folder| folder.owner);
        match (owner, vacant) {
            (None, None)
                if group.iter().all(|folder| is_put_away(snapshot, &projects, &folder.path)) => {}
            (Some(at), _) => extend(&mut projects[at], &group),
            (None, Some(at)) if ownerless == 1 => occupy(&mut projects[at], &group),
            (None, Some(at)) => {
                let project = Project { name: common(&group), ..projects[at].clone() };
                projects.push(inferred(project, &group));
            }
            (None, None) => {
                let project = nameless(snapshot, territory, &group);
                projects.push(inferred(project, &group));
            }
        }
    }
    if let Some(at) = vacant.filter(|_| ownerless > 1) {
        projects.remove(at);
    }
    projects
}

/// Returns the folders that a project loads.
fn loaded(snapshot: &Snapshot, project: &Project) -> Vec<String> {
    let below = |location: &String| match project.recursive {
        true => folders(snapshot, location),
        false => vec![location.clone()],
    };
    project.version_locations.iter().flat_map(below).collect()
}

/// Groups folders whose revisions name each other. An id that several folders hold is that of the
/// folder itself, else of the nearest.
fn groups(folders: Vec<RevisionFolder>) -> Vec<Vec<RevisionFolder>> {
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, folder) in folders.iter().enumerate() {
        folder.ids.iter().for_each(|id| holders.entry(id).or_default().push(at));
    }
    let mut group: Vec<usize> = (0..folders.len()).collect();
    for (at, folder) in folders.iter().enumerate() {
        for parent in folder.parents.iter().filter(|parent| !folder.ids.contains(*parent)) {
            let held = holders.get(parent.as_str()).map(Vec::as_slice).unwrap_or_default();
            let near = held.iter().max_by_key(|&&other| shared(&folders[other].path, &folder.path));
            if let Some(&other) = near {
                let (from, to) = (group[at], group[other]);
                group.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
            }
        }
    }
    let owned: Vec<usize> = (0..folders.len()).collect();
    for &one in &owned {
        for &other in &owned[..one] {
            if folders[one].owner.is_some() && folders[one].owner == folders[other].owner {
                let (from, to) = (group[one], group[other]);
                group.iter_mut().filter(|one| **one == from).for_each(|one| *one = to);
            }
        }
    }
    let mut made: BTreeMap<usize, Vec<RevisionFolder>> = BTreeMap::new();
    for (folder, group) in folders.into_iter().zip(group) {
        made.entry(group).or_default().push(folder);
    }
    made.into_values().collect()
}

/// Returns the folder that all of a group lie in.
fn common(group: &[RevisionFolder]) -> String {
    let first = group.first().map(|folder| folder.path.as_str()).unwrap_or_default();
    let is_above = |above: &&str| {
        group.iter().all(|folder| folder.path == *above || is_below(&folder.path, above))
    };
    ancestors(first).find(is_above).unwrap_or_default().to_owned()
}

/// Lets a project load the folders of a group that it does not load yet.
fn extend(project: &mut Project, group: &[RevisionFolder]) {
    let new: Vec<&RevisionFolder> = group.iter().filter(|folder| folder.owner.is_none()).collect();
    if new.is_empty() {
        return;
    }
    let why = format!(
        "{} in {}, because they and the revisions of `{}` name each other as parents",
        revisions(&new),
        listed(&new),
        project.name
    );
    let configured = match project.versions_from {
        VersionsFrom::Files { configured, .. } => configured,
        VersionsFrom::Configuration | VersionsFrom::Settings => project.version_locations.len(),
    };
    project.version_locations.extend(new.iter().map(|folder| folder.path.clone()));
    project.versions_from = VersionsFrom::Files { why, configured };
}

/// Lets a project for which nothing stands where its configuration says load a group.
fn occupy(project: &mut Project, group: &[RevisionFolder]) {
    let all: Vec<&RevisionFolder> = group.iter().collect();
    let why = format!(
        "{} in {}, because none stands where the configuration of `{}` says",
        revisions(&all),
        listed(&all),
        project.name
    );
    project.version_locations = group.iter().map(|folder| folder.path.clone()).collect();
    project.versions_from = VersionsFrom::Files { why, configured: 0 };
}

/// Makes a project of a group.
fn inferred(project: Project, group: &[RevisionFolder]) -> Project {
    let all: Vec<&RevisionFolder> = group.iter().collect();
    let why = format!(
        "{} in {}, because their headers say so and no configuration names them",
        revisions(&all),
        listed(&all)
    );
    let version_locations = group.iter().map(|folder| folder.path.clone()).collect();
    Project {
        version_locations,
        versions_from: VersionsFrom::Files { why, configured: 0 },
        ..project
    }
}

/// Returns a project that nothing says but the files; its `env.py` is that of its territory, or
/// one beside its folders that has no revisions of its own.
fn nameless(snapshot: &Snapshot, territory: &str, group: &[RevisionFolder]) -> Project {
    let name = common(group);
    let beside = || {
        snapshot.list(territory).iter().find_map(|entry| {
            let folder = join(territory, &entry.name).filter(|_| entry.kind == Kind::Folder)?;
            let is_free =
                !group.iter().any(|one| one.path == folder || is_below(&one.path, &folder));
            let versions = join(&folder, "versions").unwrap_or_default();
            (is_free && is_environment(snapshot, &folder) && snapshot.list(&versions).is_empty())
                .then_some(folder)
        })
    };
    let script_location = match is_environment(snapshot, territory) {
        true => territory.to_owned(),
        false => beside().unwrap_or_else(|| name.clone()),
    };
    let mut import_roots: Vec<String> = Vec::new();
    let above = ancestors(folder_of(&name)).chain(ancestors(&script_location));
    add_source_roots(&mut import_roots, snapshot, above);
    Project {
        name,
        origin: Origin::Folder,
        version_locations: Vec::new(),
        versions_from: VersionsFrom::Configuration,
        recursive: false,
        sourceless: false,
        // A program that runs the folder of a package runs those of others beside it.
        outside: match is_environment(snapshot, &script_location) {
            true => Vec::new(),
            false => vec!["what the program adds that runs them".to_owned()],
        },
        script_location,
        import_roots,
        url: None,
        other_urls: Vec::new(),
        environment: Environment::default(),
    }
}

fn revisions(folders: &[&RevisionFolder]) -> String {
    match folders.iter().map(|folder| folder.files).sum::<usize>() {
        1 => "1 revision stands".to_owned(),
        many => format!("{many} revisions stand"),
    }
}

/// Names up to three folders.
fn listed(folders: &[&RevisionFolder]) -> String {
    let named: Vec<String> =
        folders.iter().take(3).map(|folder| format!("`{}`", folder.path)).collect();
    match folders.len().saturating_sub(named.len()) {
        0 => named.join(", "),
        more => format!("{} and {more} more folders", named.join(", ")),
    }
}
