//! What others are measured against: installed from PyPI by `benches/peers.py`, else on PATH.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Returns the program of a name; nothing where it can neither be installed nor found.
pub(crate) fn program(name: &str) -> Option<String> {
    let own = installed().map(|folder| folder.join(name)).filter(|path| path.exists());
    let program = own.map_or_else(|| name.to_owned(), |path| path.display().to_string());
    let mut command = Command::new(&program);
    let version = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success()).then_some(program)
}

/// Returns the folder of programs of the benchmark's own Python environment.
fn installed() -> Option<&'static PathBuf> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers.py");
            let mut command = Command::new("python3");
            let output = command.args([script, "--install"]).stderr(Stdio::null()).output().ok()?;
            let folder = String::from_utf8(output.stdout).ok()?;
            output.status.success().then(|| PathBuf::from(folder.trim()))
        })
        .as_ref()
}
