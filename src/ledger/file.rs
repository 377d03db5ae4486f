//! Files that are appended to and replaced so that no reader meets half of anything, and that only
//! their owner reads.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// The largest file that is read.
const LARGEST: u64 = 64 << 20;

/// Reads a file; what is no file, such as a device or a pipe that never ends, is an error.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    is_plain(path)?;
    let mut content = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut content)?;
    Ok(content)
}

/// Refuses what is there and is no file.
fn is_plain(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(facts) if !facts.is_file() => Err(io::Error::other("it is no file")),
        Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Appends a line in one write, so that lines of several processes never mix.
pub fn append(path: &Path, line: &str) -> io::Result<()> {
    make_folder(path)?;
    match is_plain(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
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
    let written = options
        .open(&beside)
        .and_then(|mut file: File| file.write_all(content.as_bytes()))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _nothing_is_left_behind = fs::remove_file(beside);
    }
    written
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
