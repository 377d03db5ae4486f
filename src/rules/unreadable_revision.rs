//! A file in a version folder that says no revision, or one that only running it would tell.

use crate::alembic::header::{HeaderReading, Trouble, Unreadable};
use crate::alembic::revision_file::RevisionFile;
use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::revision_graph::Graph;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "unreadable-revision",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: false,
    summary: "stands in a version folder and has no revision that can be read",
    harm: "Alembic imports every `.py` of the folder and stops at one without `revision` and \
        `down_revision`. Where they are computed, nobody can tell before the deployment where the \
        file stands in the history.",
    remedy: "Assign `revision` and `down_revision` as plain strings, and keep helper modules out \
        of the version folder.",
    example: example!("unreadable-revision"),
    check: Check::Graph(check),
};

fn check(graph: &Graph<'_>) -> Vec<RawFinding> {
    graph.history.files().iter().filter_map(|file| judge(graph, file)).collect()
}

fn judge(graph: &Graph<'_>, file: &RevisionFile) -> Option<RawFinding> {
    let HeaderReading::Unreadable(Unreadable { trouble, why, span, .. }) = &*file.header else {
        return None;
    };
    let finding = graph.finding(
        file,
        *span,
        format!("`{}` has no revision that can be read: {why}", file.path),
    );
    let stops = "every Alembic command stops at this file";
    let unseen = "where it stands in the history is not known before it runs";
    let finding = match trouble {
        // The tool links the revisions when it runs, so nothing is wrong with the file.
        Trouble::Generated => return None,
        // A module beside revisions that nothing but their headers tells of may be one of a program.
        Trouble::NoRevision if graph.project.infers(&file.path) => return None,
        Trouble::NoRevision => finding.label(stops).remedy(
            "Move the module out of the version folder, or give it `revision` and `down_revision` \
             if it is a migration.",
        ),
        Trouble::Refused => finding.label(stops),
        Trouble::Computed => finding.label(unseen).weight(Weight::Practice),
        Trouble::NotSource => finding
            .label(
                "what Alembic would load is not in this \
            commit",
            )
            .weight(Weight::Practice)
            .remedy("Commit the file itself."),
        Trouble::Missing => finding
            .label(unseen)
            .weight(Weight::Practice)
            .remedy("Fetch the missing objects (`git fetch --refetch`), and try again."),
    };
    Some(match graph.is_changed(&file.path) || graph.release.each_alone {
        true => finding,
        false => finding.note("it was so before this change"),
    })
}
