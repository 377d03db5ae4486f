//! Operations, held against the real Alembic: every construct that people write, on four dialects.
//!
//! `tests/differential/run.sh FOLDER` does the same for any repository.

use std::path::Path;

use crate::common::workbench::Files;
use crate::common::{Ran, Repo, holds_file};

#[test]
fn what_alembic_invokes_is_what_is_told() {
    for dialect in ["postgresql", "mysql", "sqlite", "mssql"] {
        let repo = Repo::new();
        let project =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/projects").join(dialect);
        copy(&project, &repo.root());
        repo.commit_all("as it is");
        let Some(compared) = compare(&repo, dialect) else { return };
        assert!(compared.status == Some(0), "{dialect}:\n{}{}", compared.stdout, compared.stderr);
        assert!(compared.stdout.contains("right 100.00%"), "{dialect}:\n{}", compared.stdout);
        assert!(compared.stdout.contains("invented 0.00%"), "{dialect}:\n{}", compared.stdout);
    }
}

/// Compares a repository with what Alembic records; nothing where there is no Alembic and nothing
/// demands one.
fn compare(repo: &Repo, dialect: &str) -> Option<Ran> {
    let alembic = repo.command(python()).args(["-c", "import alembic, sqlalchemy"]).output();
    if !alembic.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(),
            "SAFE_MIGRATION_PYTHON or python3 with alembic and sqlalchemy is needed"
        );
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/run.sh");
    let mut command = repo.command("bash");
    command.arg(script).arg(repo.root()).arg(dialect);
    command
        .env("SAFE_MIGRATION", env!("CARGO_BIN_EXE_safe-migration"))
        .env("SAFE_MIGRATION_PYTHON", python());
    Some(Ran::of(&mut command))
}

fn python() -> std::ffi::OsString {
    std::env::var_os("SAFE_MIGRATION_PYTHON").unwrap_or_else(|| "python3".into())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Reads `tests/operations/*.py` and holds what is understood against the file beside each;
/// `BLESS=1` writes what is understood now.
#[test]
fn what_is_understood_stands_beside_each_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operations");
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut cases: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    cases.sort();
    assert!(!cases.is_empty());
    for case in cases {
        let repo = Repo::new();
        repo.write("alembic.ini", "[alembic]\nscript_location = alembic\n");
        repo.write("alembic/env.py", "");
        for (path, content, _) in Files::of(&std::fs::read_to_string(&case).unwrap()).files {
            repo.write(&path, content);
        }
        repo.git(&["add", "-A"]);
        let reported = repo.tool(&["operations", "--dialect", "postgresql"]).ends_with(0).stdout;
        let name = case.with_extension("txt").file_name().unwrap().to_string_lossy().into_owned();
        holds_file(&format!("tests/operations/{name}"), &reported);
    }
}
