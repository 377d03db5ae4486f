//! Inside one process: reading and judging, against what cannot be done without.

use std::rc::Rc;

use safe_migration::alembic::history::History;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search;
use safe_migration::config::settings::Settings;
use safe_migration::git::repository::Repository;

use crate::ground::Repositories;
use crate::table::Row;
use crate::workbench::Files;
use crate::{clock, ground};

pub(crate) fn rows(ground: &Repositories, tell: &mut impl FnMut(Row)) {
    let one = ground::migration(0);
    let pair = clock::in_turn(200, || judge(&one), || parse(&one));
    tell(Row::of("judging one migration, rules and SQL", "its bare tree-sitter parse", pair, 1.5));
    let many = slice(200);
    let pair = clock::in_turn(10, || judge(&many), || parse(&many));
    tell(Row::of("a slice of 200 revisions", "their bare tree-sitter parse", pair, 1.5));
    tell(heads(ground));
}

fn judge(text: &str) {
    assert!(Files::of(text).review().unverifiable.is_empty());
}

/// Parses each file of an example as it is.
fn parse(text: &str) {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).expect("the grammar fits");
    for (_, text, _) in &Files::of(text).files {
        assert!(parser.parse(text, None).is_some());
    }
}

/// Released revisions that all change one table, and one more that asks what they left.
fn slice(revisions: usize) -> String {
    let mut text = String::new();
    for number in 0..revisions {
        let change = format!(
            "op.add_column('table_0', sa.Column('c{number}', sa.Integer(), nullable=True))"
        );
        text += &format!("# file: {number:04}.py\n{}", changed(number, &change));
    }
    text + "# upstream\n"
        + &changed(revisions, "op.alter_column('table_0', 'name', type_=sa.String(length=90))")
}

/// A migration like the others that does this besides.
fn changed(number: usize, change: &str) -> String {
    ground::migration(number).replacen("    # ### end", &format!("    {change}\n    # ### end"), 1)
}

fn heads(ground: &Repositories) -> Row {
    let at = ground.at("5000");
    std::env::set_current_dir(&at).expect("the repository is there");
    let ours = || {
        let repository = Repository::open().expect("a repository");
        let head = repository.head().ok().flatten().expect("a commit");
        let snapshot =
            Rc::new(repository.snapshot(Some(&repository.tree_of(&head).expect("a tree"))));
        let projects = search::find(&snapshot, Search::Whole, &Settings::default());
        let found = projects.into_iter().next().expect("a project");
        assert_eq!(1, History::read(&snapshot, &Rc::new(found)).graph().heads().len());
    };
    let pair = clock::in_turn(5, ours, read_with_git2);
    Row::of("heads of 5,000 revisions, packed", "reading those blobs with git2", pair, 1.5)
}

fn read_with_git2() {
    let repository = git2::Repository::open(".").expect("a repository");
    let tree = repository.head().and_then(|head| head.peel_to_tree()).expect("a tree");
    let mut bytes = 0;
    let walk = tree.walk(git2::TreeWalkMode::PreOrder, |_, entry| {
        bytes += repository.find_blob(entry.id()).map_or(0, |blob| blob.content().len());
        git2::TreeWalkResult::Ok
    });
    assert!(walk.is_ok() && bytes > 0);
}
