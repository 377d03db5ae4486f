//! System calls that another process decides, as the kernel hands them over (`seccomp_unotify(2)`,
//! Linux 5.9 on).
//!
//! Neither the standard library nor a crate in use knows this interface: what is unsafe of the
//! program is here, four calls whose arguments are structures of `libc`.

#![expect(unsafe_code, reason = "a system call and three ioctls that nothing safe stands for")]

use std::io;
use std::mem;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// Where calls of `connect(2)` come in.
#[derive(Debug)]
pub struct Listener {
    descriptor: OwnedFd,
}

/// A call that waits for its answer.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    id: u64,
    /// The thread that called.
    pub thread: u32,
    /// The socket, as that thread numbers it.
    pub socket: RawFd,
    /// Where the address lies in its memory.
    pub address: u64,
    /// How long it is, as the thread says.
    pub length: u32,
}

impl Listener {
    /// Has every `connect(2)` of this thread, and of what it starts from now on, wait for an answer.
    ///
    /// The architecture is not asked for: of two filters the stricter answer counts, and that of
    /// `filter.rs` ends a process that calls by another table. Whoever holds no `CAP_SYS_ADMIN` must
    /// have given up new privileges before, as Landlock demands too.
    ///
    /// # Errors
    ///
    /// Where the kernel knows no such filter, or already hands this thread's calls to somebody.
    pub fn install() -> io::Result<Self> {
        let row = |code: u32, yes, no, value| libc::sock_filter {
            code: u16::try_from(code).unwrap_or_default(),
            jt: yes,
            jf: no,
            k: value,
        };
        let connect = u32::try_from(libc::SYS_connect).unwrap_or_default();
        let mut rows = [
            row(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
            row(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, connect),
            row(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_USER_NOTIF),
            row(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
        ];
        let program = libc::sock_fprog { len: 4, filter: rows.as_mut_ptr() };
        let (mode, flags) = (libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_NEW_LISTENER);
        // SAFETY: the program and its rows outlive the call, which copies them.
        let descriptor =
            unsafe { libc::syscall(libc::SYS_seccomp, mode, flags, &raw const program) };
        match RawFd::try_from(descriptor) {
            // SAFETY: the kernel has just made it, and nobody else knows it.
            Ok(new) if new >= 0 => {
                Ok(Listener { descriptor: unsafe { OwnedFd::from_raw_fd(new) } })
            }
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Waits for a call; nothing comes any more where the kernel says so.
    pub fn next(&self) -> Option<Call> {
        loop {
            // SAFETY: it is plain numbers, and the kernel demands zeros.
            let mut asked: libc::seccomp_notif = unsafe { mem::zeroed() };
            match self.control(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut asked) {
                Ok(()) => return Some(Call::of(&asked)),
                // The thread that called was killed before its call was handed over.
                Err(why) if [libc::EINTR, libc::ENOENT].map(Some).contains(&why.raw_os_error()) => {
                    std::thread::yield_now();
                }
                Err(_) => return None,
            }
        }
    }

    /// Puts a connection of ours in the place of the socket that was to be connected.
    ///
    /// # Errors
    ///
    /// Where the thread is gone.
    pub fn replace(
        &self,
        call: &Call,
        with: BorrowedFd<'_>,
        closes_on_exec: bool,
    ) -> io::Result<()> {
        let number = |descriptor: RawFd| u32::try_from(descriptor).unwrap_or(u32::MAX);
        let mut placed = libc::seccomp_notif_addfd {
            id: call.id,
            flags: u32::try_from(libc::SECCOMP_ADDFD_FLAG_SETFD).unwrap_or_default(),
            srcfd: number(with.as_raw_fd()),
            newfd: number(call.socket),
            newfd_flags: if closes_on_exec { number(libc::O_CLOEXEC) } else { 0 },
        };
        self.control(libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut placed)
    }

    /// Ends a call: with success, or with the number of an error.
    pub fn answer(&self, call: &Call, error: Option<i32>) {
        let error = error.map_or(0, |number| -number);
        let mut answer = libc::seccomp_notif_resp { id: call.id, val: 0, error, flags: 0 };
        // Whoever is gone meanwhile needs no answer.
        let _ = self.control(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer);
    }

    fn control<T>(&self, request: libc::Ioctl, argument: &mut T) -> io::Result<()> {
        // SAFETY: each request stands beside the structure that its number was made of.
        match unsafe { libc::ioctl(self.descriptor.as_raw_fd(), request, &raw mut *argument) } {
            failed if failed < 0 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }
}

impl Call {
    fn of(asked: &libc::seccomp_notif) -> Self {
        let [socket, address, length, ..] = asked.data.args;
        // A register is wider than the numbers that a call takes of it.
        Call {
            id: asked.id,
            thread: asked.pid,
            socket: socket as RawFd,
            address,
            length: length as u32,
        }
    }
}
