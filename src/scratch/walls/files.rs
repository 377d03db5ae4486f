//! What Landlock keeps of files. Where the kernel gives no namespaces (many containers), Landlock (`landlock(7)`, Linux 5.13 on)
//! keeps a program's files: it reads and writes what is listed and nothing else, reaches no abstract
//! socket and no process outside, and from 6.7 on no port. Sockets that lie in the file system are
//! kept from it from 7.1 on (`LANDLOCK_ACCESS_FS_RESOLVE_UNIX`), and by the supervisor anywhere.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};

use crate::scratch::walls::{Network, Walls};

/// What is used where the kernel has it; an older one keeps less.
const NEWEST: ABI = ABI::V9;

/// What programs write besides what is listed.
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/shm"];

/// What they read of the machine besides: no disk and no terminal, and of processes their own.
const READ: [&str; 3] = ["/dev/random", "/dev/urandom", "/proc"];

/// Restricts this process and all that it starts; tells whether the kernel does so at all.
///
/// # Errors
///
/// Where a rule cannot be made.
pub fn apply(walls: &Walls) -> Result<bool, RulesetError> {
    let mut ruleset = Ruleset::default().handle_access(AccessFs::from_all(NEWEST))?;
    ruleset = ruleset.scope(Scope::AbstractUnixSocket)?.scope(Scope::Signal)?;
    if walls.network != Network::Machine {
        ruleset = ruleset.handle_access(AccessNet::from_all(NEWEST))?;
    }
    let read: Vec<&Path> =
        walls.readable.iter().map(PathBuf::as_path).chain(READ.map(Path::new)).collect();
    let write: Vec<&Path> =
        walls.writable.iter().map(PathBuf::as_path).chain(DEVICES.map(Path::new)).collect();
    let status = ruleset
        .create()?
        .add_rules(path_beneath_rules(read, AccessFs::from_read(NEWEST)))?
        .add_rules(path_beneath_rules(write, AccessFs::from_all(NEWEST)))?
        .add_rules(path_beneath_rules(&walls.sockets, AccessFs::ResolveUnix))?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// Keeps this thread, and what it starts, from writing anywhere but where it may in its namespaces, and
/// from processes outside of it (`ptrace(2)`, the memory that `/proc` shows), as Landlock does with
/// whomever it restricts at all; tells whether it does.
///
/// A read-only mount keeps files and folders, and no pipe that lies among them (`mount(2)`): whoever
/// reads at its other end hears what is written there. `memory` are folders that are there in memory
/// alone.
///
/// # Errors
///
/// Where a rule cannot be made.
pub fn apart(walls: &Walls, memory: &[PathBuf]) -> Result<bool, RulesetError> {
    let places: Vec<&Path> = walls
        .writable
        .iter()
        .chain(memory)
        .map(PathBuf::as_path)
        .chain(DEVICES.map(Path::new))
        .collect();
    // Where it is not handled, no file is moved from one folder to another.
    let moves = AccessFs::Refer;
    let status = Ruleset::default()
        .handle_access(AccessFs::WriteFile | AccessFs::MakeBlock | moves)?
        .create()?
        .add_rules(path_beneath_rules(places, AccessFs::WriteFile | moves))?
        .add_rules(path_beneath_rules(["/"], moves))?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
