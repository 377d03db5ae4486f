//! Random Python around one harmful call, run by CPython: what happens is never passed in silence.
//!
//! `tests/differential/programs.py BINARY --seed N --count N` does the same at any length.

use std::path::Path;

use crate::common::{Ran, Repo};

#[test]
fn what_a_program_is_seen_to_drop_is_told_however_it_is_written() {
    let repo = Repo::new();
    let python = std::env::var_os("SAFE_MIGRATION_PYTHON").unwrap_or_else(|| "python3".into());
    if !repo.command(&python).arg("--version").output().is_ok_and(|output| output.status.success())
    {
        assert!(std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(), "python3 is needed");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/programs.py");
    let mut command = repo.command(&python);
    command
        .arg(script)
        .arg(env!("CARGO_BIN_EXE_safe-migration"))
        .args(["--seed", "12", "--count", "250"]);
    let ran = Ran::of(&mut command);
    assert!(ran.status == Some(0), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("harmful     read"), "{}", ran.stdout);
}
