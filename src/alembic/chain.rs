//! The digest of a history up to each revision: it changes when any file on the way there does.

use std::collections::HashMap;
use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::git::digest;

/// Returns for every revision the digest of itself and of everything that it follows from.
pub fn digests(history: &History) -> HashMap<Rc<str>, String> {
    let mut digests: HashMap<Rc<str>, String> = HashMap::new();
    for id in history.graph().pending(&HashSet::new()) {
        let Some(file) = history.file(&id) else { continue };
        let mut below: Vec<&str> = needs(history, &id)
            .iter()
            .filter_map(|need| digests.get(need.as_str()))
            .map(String::as_str)
            .collect();
        below.sort_unstable();
        let words =
            [&below.join(" "), &*id, &file.entry.id.to_string()].map(str::to_owned).join("\n");
        digests.insert(id, digest::of(words.as_bytes()).to_string());
    }
    digests
}

/// Returns the digest of a point of the history that is identified by the revisions it stands on.
pub fn standing_on(digests: &HashMap<Rc<str>, String>, revisions: &[String]) -> String {
    let mut words: Vec<&str> = revisions
        .iter()
        .map(|id| digests.get(id.as_str()).map_or(id.as_str(), String::as_str))
        .collect();
    words.sort_unstable();
    digest::of(words.join(" ").as_bytes()).to_string()
}

/// Returns the ids of what must be applied directly before a revision: `down_revision` and
/// `depends_on`, labels resolved.
pub fn needs(history: &History, id: &str) -> Vec<String> {
    let Some(node) = history.graph().node(id) else { return Vec::new() };
    let nodes = history.graph().nodes();
    let links = node.parents.iter().chain(node.dependencies.iter());
    let mut needs: Vec<String> =
        links.filter_map(|&at| nodes.get(at)).map(|node| node.id.to_string()).collect();
    needs.dedup();
    needs
}
