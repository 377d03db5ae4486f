//! dump
use safe_migration::alembic::history::History;
use safe_migration::alembic::project::{self, Scope};
use safe_migration::snapshot::Snapshot;
use std::rc::Rc;
fn main() {
    let mut files: Vec<(String, String)> = Vec::new();
    let root = std::env::args().nth(1).unwrap();
    let mut todo = vec![std::path::PathBuf::from(&root)];
    while let Some(d) = todo.pop() {
        for e in std::fs::read_dir(d).unwrap() {
            let p = e.unwrap().path();
            if p.file_name().unwrap() == ".git" {
                continue;
            }
            if p.is_dir() {
                todo.push(p)
            } else if let Ok(t) = std::fs::read_to_string(&p) {
                files.push((p.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), t));
            }
        }
    }
    let snapshot = Rc::new(Snapshot::of(files.iter().map(|(a, b)| (a.as_str(), b.as_str()))));
    for project in project::find(&snapshot, Scope::Whole, &[]) {
        let project = Rc::new(project);
        println!("{:?}", project.environment);
        let history = History::read(&snapshot, &project);
        for f in history.files() {
            let only = std::env::args().nth(2).unwrap_or_default();
            if !f.path.contains(&only) {
                continue;
            }
            let Some(m) = history.migration(&f.path) else { continue };
            println!(
                "=== {}\nUP {:?} {:#?}\n{:#?}\nDOWN {:?} {:#?}\n{:#?}",
                f.path,
                m.upgrade.body,
                m.upgrade.steps,
                m.upgrade.remarks,
                m.downgrade.body,
                m.downgrade.steps,
                m.downgrade.remarks
            );
        }
    }
}
