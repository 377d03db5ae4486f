//! Who connects in a program's place (`seccomp_unotify(2)`).
//!
//! A filter sees that a program connects, and not to what: the name lies in the program's memory,
//! where another thread may change it after it was looked at. So no call of the program's goes on.
//! This process reads the name, connects to the socket of the list that it names, by the path that
//! stands in the list, and puts that connection in the place of the program's socket. Whatever the
//! program writes there meanwhile, it gets a connection to a socket of the list or none.
//!
//! Where this process is killed, the kernel answers: every call fails (ENOSYS).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::thread;

use crate::scratch::walls::notification::{Call, Listener};

/// The longest address of a Unix socket.
const LONGEST: usize = size_of::<libc::sockaddr_un>();

/// Connects for a program, and for all that it starts, to sockets of a list until it ends.
///
/// # Errors
///
/// Where it cannot be waited for.
pub fn supervise(
    listener: Listener,
    mut program: Child,
    sockets: &[PathBuf],
) -> io::Result<ExitStatus> {
    let (listener, sockets) = (Arc::new(listener), Arc::new(sockets.to_vec()));
    thread::spawn(move || {
        while let Some(call) = listener.next() {
            let (listener, sockets) = (listener.clone(), sockets.clone());
            // A server that takes nobody for a while holds up one call, not those of others.
            thread::spawn(move || {
                let refused = connect(&listener, &call, &sockets).err();
                listener
                    .answer(&call, refused.map(|why| why.raw_os_error().unwrap_or(libc::EACCES)));
            });
        }
    });
    program.wait()
}

/// Tells whether the memory of a program can be read at all: there may be no `/proc`, and the machine
/// may allow nobody to look (Yama's `ptrace_scope` of 2 and 3).
pub fn can_read() -> bool {
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    File::open("/proc/self/mem").is_ok() && !matches!(scope.trim(), "2" | "3")
}

fn connect(listener: &Listener, call: &Call, sockets: &[PathBuf]) -> io::Result<()> {
    let asked = named(call)?;
    let listed = sockets.iter().find(|socket| **socket == asked);
    let socket = Replaced::of(call)?;
    let connection = UnixStream::connect(listed.ok_or_else(refused)?)?;
    connection.set_nonblocking(socket.is_nonblocking)?;
    listener.replace(call, connection.as_fd(), socket.closes_on_exec)
}

/// The path that a call names; what is no path is refused.
fn named(call: &Call) -> io::Result<PathBuf> {
    let mut address = [0; LONGEST];
    let length = usize::try_from(call.length).unwrap_or(usize::MAX);
    let read =
        address.get_mut(..length).ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
    File::open(format!("/proc/{}/mem", call.thread))?.read_exact_at(read, call.address)?;
    match read {
        [a, b, path @ ..] if u16::from_ne_bytes([*a, *b]) == libc::AF_UNIX as u16 => {
            let path = path.split(|byte| *byte == 0).next().unwrap_or_default();
            Ok(PathBuf::from(OsStr::from_bytes(path)))
        }
        // What a machine without a network answers.
        [a, b, ..]
            if [libc::AF_INET, libc::AF_INET6]
                .contains(&i32::from(u16::from_ne_bytes([*a, *b]))) =>
        {
            Err(io::Error::from_raw_os_error(libc::ENETUNREACH))
        }
        _ => Err(refused()),
    }
}

fn refused() -> io::Error {
    io::Error::from_raw_os_error(libc::EACCES)
}

/// How the socket that is replaced was opened.
struct Replaced {
    is_nonblocking: bool,
    closes_on_exec: bool,
}

impl Replaced {
    /// Reads it of `/proc` (`proc_pid_fdinfo(5)`: the flags of `open(2)` in octal).
    fn of(call: &Call) -> io::Result<Self> {
        let of_thread = |folder| format!("/proc/{}/{folder}/{}", call.thread, call.socket);
        let target = fs::read_link(of_thread("fd"))?;
        if !target.as_os_str().as_bytes().starts_with(b"socket:") {
            return Err(io::Error::from_raw_os_error(libc::ENOTSOCK));
        }
        let text = fs::read_to_string(of_thread("fdinfo"))?;
        let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|octal| i32::from_str_radix(octal.trim(), 8).ok()).unwrap_or(0);
        Ok(Replaced {
            is_nonblocking: flags & libc::O_NONBLOCK != 0,
            closes_on_exec: flags & libc::O_CLOEXEC != 0,
        })
    }
}
