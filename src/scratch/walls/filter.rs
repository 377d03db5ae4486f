//! The system calls that a program may make (`seccomp(2)`): those of files, memory, threads, time
//! and Unix sockets. What is not listed does not exist for it (ENOSYS): other kinds of sockets,
//! `io_uring` (which makes system calls that no filter sees), namespaces and mounts, other processes'
//! memory, the kernel's own administration. A call of another architecture's table ends the process.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule, apply_filter,
};

use crate::scratch::walls::calls::{ALLOWED, LEGACY, SHARED};

/// `clone(2)` with any of these makes namespaces.
const NAMESPACES: u64 = (libc::CLONE_NEWNS
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWCGROUP) as u64;

/// The sockets that a program may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sockets {
    /// Pairs of its own, which lead to itself.
    Pairs,
    /// Those of the machine too, as far as somebody else lets them connect.
    Local,
    /// Those of the internet too, of a network of its own, which leads nowhere: they fail as on a
    /// machine without a network.
    Offline,
    /// Any of the Unix family and the internet: the network is one of its own.
    Own,
    /// Any.
    Machine,
}

/// Applies the filter to this thread and all that it starts.
///
/// # Errors
///
/// Where the kernel, or the machine's architecture, knows no such filter.
pub fn apply(sockets: Sockets) -> Result<(), Error> {
    apply_filter(&program(sockets)?)
}

fn program(sockets: Sockets) -> Result<BpfProgram, Error> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().chain(LEGACY).map(|call| (*call, Vec::new())).collect();
    rules.insert(libc::SYS_clone, vec![rule(&[(0, SeccompCmpOp::MaskedEq(NAMESPACES), 0)])?]);
    rules.insert(libc::SYS_ioctl, vec![no_typing()?]);
    match sockets {
        Sockets::Machine => drop(rules.insert(libc::SYS_socket, Vec::new())),
        Sockets::Own => {
            let all = of_families(&[libc::AF_UNIX, libc::AF_INET, libc::AF_INET6])?;
            rules.insert(libc::SYS_socket, all);
        }
        Sockets::Offline => {
            rules.insert(libc::SYS_socketpair, connected()?);
            let internet = of_families(&[libc::AF_INET, libc::AF_INET6])?;
            rules.insert(libc::SYS_socket, [connected()?, internet].concat());
        }
        Sockets::Local | Sockets::Pairs => {
            rules.insert(libc::SYS_socketpair, connected()?);
            if sockets == Sockets::Local {
                rules.insert(libc::SYS_socket, connected()?);
            }
            rules.retain(|call, _| !SHARED.contains(call));
        }
    }
    let missing = SeccompAction::Errno(libc::ENOSYS as u32);
    let architecture = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(rules, missing, SeccompAction::Allow, architecture)?;
    Ok(filter.try_into()?)
}

fn rule(conditions: &[(u8, SeccompCmpOp, u64)]) -> Result<SeccompRule, Error> {
    let condition = |(argument, operator, value): &(u8, SeccompCmpOp, u64)| {
        SeccompCondition::new(*argument, SeccompCmpArgLen::Dword, operator.clone(), *value)
    };
    Ok(SeccompRule::new(conditions.iter().map(condition).collect::<Result<_, _>>()?)?)
}

fn of_families(families: &[i32]) -> Result<Vec<SeccompRule>, Error> {
    families.iter().map(|family| rule(&[(0, SeccompCmpOp::Eq, *family as u64)])).collect()
}

/// Unix sockets that send to whom they are connected to, and to nobody else: what a datagram is
/// addressed to, no filter sees (`unix(7)`: a name given to one of these with what is sent is an
/// error, or is not looked at).
fn connected() -> Result<Vec<SeccompRule>, Error> {
    let of = |kind: i32| {
        let kind = (1, SeccompCmpOp::MaskedEq(KINDS), kind as u64);
        rule(&[(0, SeccompCmpOp::Eq, libc::AF_UNIX as u64), kind])
    };
    [libc::SOCK_STREAM, libc::SOCK_SEQPACKET].map(of).into_iter().collect()
}

/// The bits of a socket's type that are no flags (`SOCK_TYPE_MASK` in Linux' `net.h`).
const KINDS: u64 = 0xf;

/// Any `ioctl(2)` but those that type into a terminal (`ioctl_tty(2)`: TIOCSTI, TIOCLINUX).
fn no_typing() -> Result<SeccompRule, Error> {
    let is_not =
        |request: u64| SeccompCondition::new(1, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, request);
    Ok(SeccompRule::new(vec![is_not(libc::TIOCSTI)?, is_not(libc::TIOCLINUX)?])?)
}
