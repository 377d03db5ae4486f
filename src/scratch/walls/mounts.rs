//! The file system that a program sees: put together of what it may read and write, on an empty
//! folder, which then becomes its root (`pivot_root(2)`). What is not listed is not there, sockets
//! included.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::pivot_root;

use crate::scratch::walls::{Processes, Walls, memory};

/// Devices that programs use and that reach nothing.
const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

/// Folders that most systems have and few programs use.
const FOLDERS: [&str; 4] = ["/mnt", "/media", "/srv", "/sys"];

const NOTHING: Option<&str> = None;

/// What is kept of the machine when its file system is left, and what is known of the new one.
#[derive(Debug)]
pub struct Rebuilt {
    /// The machine's processes, this one among them.
    pub proc: fs::File,
    /// The user of this process.
    pub user: u32,
    /// The group of this process.
    pub group: u32,
    /// Folders below which nothing is shown of the machine that can be written to.
    pub memory: Vec<PathBuf>,
}

/// Puts the file system of a program together and makes it the root of this process.
///
/// # Errors
///
/// Whatever the kernel refuses.
pub fn rebuild(walls: &Walls) -> io::Result<Rebuilt> {
    let folder = std::env::current_dir().unwrap_or_else(|_| "/".into());
    let (user, group) = outside()?;
    let proc = fs::File::open("/proc")?;
    mount(NOTHING, "/", NOTHING, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NOTHING)?;
    let root = &free_folder(walls);
    let before = mounted(root)?;
    temporary(root, "mode=755")?;
    for (name, mode) in [("tmp", "mode=1777"), ("dev", "mode=755"), ("dev/shm", "mode=1777")] {
        fs::create_dir_all(root.join(name))?;
        temporary(&root.join(name), mode)?;
    }
    DEVICES.iter().try_for_each(|name| bind(root, &Path::new("/dev").join(name)))?;
    let mut paths: Vec<&PathBuf> = walls.readable.iter().chain(&walls.writable).collect();
    paths.sort();
    paths.dedup();
    paths.into_iter().try_for_each(|path| bind(root, path))?;
    close(root, &walls.writable, &before)?;
    let memory = memory::folders(root, &walls.readable);
    if walls.processes == Processes::Own {
        show_processes(root)?;
    }
    shut(&root.join("dev"))?;
    enter(root)?;
    // An application that makes its folders when it is loaded makes them in memory.
    if walls.processes == Processes::None {
        shut(Path::new("/"))?;
    }
    std::env::set_current_dir(&folder).or_else(|_| std::env::set_current_dir("/"))?;
    Ok(Rebuilt { proc, user, group, memory })
}

/// Who this process is on the machine, as the map of its user namespace says.
fn outside() -> io::Result<(u32, u32)> {
    let id = |file: &str| -> io::Result<u32> {
        let map = fs::read_to_string(file)?;
        let outside = map.split_whitespace().nth(1).and_then(|id| id.parse().ok());
        outside.ok_or_else(|| io::Error::other(format!("{file} is empty")))
    };
    Ok((id("/proc/self/uid_map")?, id("/proc/self/gid_map")?))
}

/// A folder of the machine that the program needs nothing of: the new file system is put together
/// on it, out of everybody's sight.
fn free_folder(walls: &Walls) -> PathBuf {
    let is_free = |folder: &&PathBuf| {
        let mut paths = walls.readable.iter().chain(&walls.writable);
        folder.is_dir() && !paths.any(|path| path.starts_with(folder))
    };
    let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
    folders.iter().find(is_free).cloned().unwrap_or_else(|| "/sys".into())
}

/// Makes a temporary file system of ours read-only; those mounted below it stay as they are.
fn shut(at: &Path) -> io::Result<()> {
    let flags = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
    Ok(mount(NOTHING, at, NOTHING, flags | MsFlags::MS_NOSUID | MsFlags::MS_NODEV, NOTHING)?)
}

fn temporary(at: &Path, mode: &str) -> io::Result<()> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    Ok(mount(Some("tmpfs"), at, Some("tmpfs"), flags, Some(mode))?)
}

/// Shows a path of the machine at its own place below `root`. A link stays a link where what it
/// leads to is shown too; links of the system's top folders (`/bin` to `usr/bin`) are such.
fn bind(root: &Path, path: &Path) -> io::Result<()> {
    let at = below(root, path);
    if let Ok(target) = fs::read_link(path)
        && path.parent() == Some(Path::new("/"))
    {
        return if at.is_symlink() { Ok(()) } else { symlink(target, at) };
    }
    let real = path.canonicalize().map_err(|why| of(path, why))?;
    match real.is_dir() {
        true => fs::create_dir_all(&at)?,
        false => {
            at.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::File::create(&at)?;
        }
    }
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(&real), &at, NOTHING, flags, NOTHING).map_err(|why| of(path, why.into()))
}

/// An error that names the path that it is about.
fn of(path: &Path, why: io::Error) -> io::Error {
    io::Error::new(why.kind(), format!("{}: {why}", path.display()))
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

/// Makes every mount below `root` read-only, but for what may be written and what is temporary.
fn close(root: &Path, writable: &[PathBuf], before: &[Mounted]) -> io::Result<()> {
    let open: Vec<PathBuf> = writable.iter().map(|path| below(root, path)).collect();
    let temporary = ["tmp", "dev"].map(|name| root.join(name));
    for Mounted { id, at, flags } in mounted(root)? {
        let is_temporary = at == root || temporary.contains(&at) || at == root.join("dev/shm");
        if is_temporary
            || before.iter().any(|hidden| hidden.id == id)
            || open.iter().any(|path| at.starts_with(path))
        {
            continue;
        }
        let is_device = at.starts_with(root.join("dev"));
        let no_device = if is_device { MsFlags::empty() } else { MsFlags::MS_NODEV };
        let closed = MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY | no_device;
        let wanted = flags | closed;
        mount(NOTHING, &at, NOTHING, wanted, NOTHING).map_err(|why| of(&at, why.into()))?;
    }
    Ok(())
}

/// One row of the mount table, with flags that a remount must keep (`mount(2)`: those of a mount
/// from a more privileged namespace are locked).
struct Mounted {
    id: String,
    at: PathBuf,
    flags: MsFlags,
}

/// The mounts at and below a folder.
fn mounted(root: &Path) -> io::Result<Vec<Mounted>> {
    let table = fs::read_to_string("/proc/self/mountinfo")?;
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(' ').take(6).collect();
        let [id, _, _, _, at, options] = fields[..] else { return None };
        let at = PathBuf::from(unescaped(at));
        let flags = options.split(',').map(flag).fold(MsFlags::empty(), |all, one| all | one);
        at.starts_with(root).then(|| Mounted { id: id.to_owned(), at, flags })
    };
    Ok(table.lines().filter_map(row).collect())
}

fn flag(option: &str) -> MsFlags {
    match option {
        "nosuid" => MsFlags::MS_NOSUID,
        "nodev" => MsFlags::MS_NODEV,
        "noexec" => MsFlags::MS_NOEXEC,
        "noatime" => MsFlags::MS_NOATIME,
        "nodiratime" => MsFlags::MS_NODIRATIME,
        "relatime" => MsFlags::MS_RELATIME,
        _ => MsFlags::empty(),
    }
}

/// Reads the octal escapes of a mount table (`proc_pid_mountinfo(5)`).
fn unescaped(field: &str) -> String {
    let mut text = field.to_owned();
    for (escape, letter) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        text = text.replace(escape, letter);
    }
    text
}

/// Shows the processes of this namespace. A container that hides parts of `/proc` refuses that;
/// then there is none, since the machine's would show the files of other processes.
fn show_processes(root: &Path) -> io::Result<()> {
    let at = root.join("proc");
    fs::create_dir_all(&at)?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let _ = mount(Some("proc"), &at, Some("proc"), flags, NOTHING);
    for (name, target) in [("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0")] {
        let _ = symlink(target, root.join("dev").join(name));
    }
    Ok(())
}

/// Makes a folder the root, and lets go of the one before.
fn enter(root: &Path) -> io::Result<()> {
    std::env::set_current_dir(root)?;
    pivot_root(".", ".")?;
    umount2(".", MntFlags::MNT_DETACH)?;
    std::env::set_current_dir("/")
}
