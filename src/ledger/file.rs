//! Files that are appended to and replaced so that no reader meets half of anything, and that only
//! their owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Appends a line in one write, so that lines of several processes never mix.
pub fn append(path: &Path, line: &str) -> io::Result<()> {
    make_folder(path)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    for_owner(&mut options);
    options.open(path)?.write_all(format!("{line}\n").as_bytes())
}

/// Replaces a file in one step.
pub fn replace(path: &Path, content: &str) -> io::Result<()> {
    make_folder(path)?;
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    for_owner(&mut options);
    let mut file: File = options.open(&beside)?;
    file.write_all(content.as_bytes())?;
    drop(file);
    fs::rename(beside, path)
}

fn make_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(unix)]
fn for_owner(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn for_owner(_options: &mut OpenOptions) {}
