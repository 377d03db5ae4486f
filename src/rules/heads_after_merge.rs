//! Two revisions that follow one, one here and one in upstream: git merges both without a word.

use crate::advice::literal;
use crate::alembic::graph::Node;
use crate::alembic::revision_file::RevisionFile;
use crate::example;
use crate::rule::after_merge::AfterMerge;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "heads-after-merge",
    theme: Theme::History,
    severity: Severity::Warning,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "becomes a second head once it is merged with upstream",
    harm: "Each branch is sound and git merges them without a conflict; then `alembic upgrade \
        head` stops with \"Multiple head revisions are present\", and the release is not migrated. \
        A commit is warned of it, a push or a range is refused.",
    remedy: "Let the new revisions follow upstream's head (`safe-migration rebase`), or merge both \
             (`safe-migration merge`).",
    example: example!("heads-after-merge"),
    check: Check::Graph(check),
};

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    let Some(merge) = graph.after_merge else { return Vec::new() };
    let rivals = merge.rivals(graph.history);
    rivals.iter().filter_map(|heads| judge(graph, merge, heads)).collect()
}

fn judge(graph: &Graph<'_>, merge: &AfterMerge, heads: &[&Node]) -> Option<RawFinding> {
    let own = |head: &&&Node| !merge.is_theirs(&head.id);
    let files: Vec<&RevisionFile> =
        heads.iter().filter_map(|head| merge.merged.file(&head.id)).collect();
    let mine: Vec<&RevisionFile> =
        heads.iter().filter(own).filter_map(|head| graph.file(&head.id)).collect();
    let teller = graph.teller(&mine)?;
    let both = if files.len() == 2 { "both" } else { "all" };
    let named: Vec<String> = files.iter().map(|file| merge.whose(file)).collect();
    let message = format!(
        "{} are {both} heads once this is merged with `{}`",
        named.join(" and "),
        merge.upstream
    );
    let finding = graph
        .hit_parents(teller, message)
        .severity(merge.severity())
        .label("`alembic upgrade head` stops there: \"Multiple head revisions are present\"")
        .remedy(
            "Let this work follow upstream's head: `safe-migration rebase`; or merge both: \
             `safe-migration merge`.",
        );
    let origins = files.iter().map(|file| {
        let id = file.header.revision().unwrap_or_default();
        format!("`{id}`: {}", merge.origin(file))
    });
    let finding = origins.chain(merge.age()).fold(finding, RawFinding::note);
    Some(match repointed(graph, merge, heads, teller) {
        Some(line) => finding.safe_form(line),
        None => finding,
    })
}

/// Returns the line that puts the only new revision behind upstream's only head.
fn repointed(
    graph: &Graph<'_>,
    merge: &AfterMerge,
    heads: &[&Node],
    teller: &RevisionFile,
) -> Option<String> {
    let mut theirs = heads.iter().filter(|head| merge.is_theirs(&head.id));
    let (Some(head), None) = (theirs.next(), theirs.next()) else { return None };
    let node = graph.history.graph().node(teller.header.revision()?)?;
    let [parent] = &node.down_revisions[..] else { return None };
    merge.is_theirs(parent).then(|| format!("down_revision = {}", literal::quoted(&head.id)))
}
