//! Sockets that lie in the file system. Where Rust's library has none (Windows), every call says so:
//! no server is started or named there.

/// A connection.
#[cfg(unix)]
pub type Stream = std::os::unix::net::UnixStream;

/// A connection.
#[cfg(not(unix))]
pub type Stream = absent::Stream;

/// Where connections come in.
#[cfg(unix)]
pub type Listener = std::os::unix::net::UnixListener;

/// Where connections come in.
#[cfg(not(unix))]
pub type Listener = absent::Listener;

#[cfg(not(unix))]
mod absent {
    use std::io::{self, Read, Write};
    use std::iter::Empty;
    use std::net::Shutdown;
    use std::path::Path;
    use std::time::Duration;

    /// A connection, of which there is none.
    #[derive(Debug)]
    pub enum Stream {}

    impl Stream {
        /// Says that there is none.
        pub fn connect(_path: impl AsRef<Path>) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        /// As of any stream.
        pub fn set_read_timeout(&self, _limit: Option<Duration>) -> io::Result<()> {
            match *self {}
        }

        /// As of any stream.
        pub fn try_clone(&self) -> io::Result<Self> {
            match *self {}
        }

        /// As of any stream.
        pub fn shutdown(&self, _how: Shutdown) -> io::Result<()> {
            match *self {}
        }
    }

    impl Read for Stream {
        fn read(&mut self, _bytes: &mut [u8]) -> io::Result<usize> {
            match *self {}
        }
    }

    impl Write for Stream {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            match *self {}
        }

        fn flush(&mut self) -> io::Result<()> {
            match *self {}
        }
    }

    /// Where no connection comes in.
    #[derive(Debug)]
    pub enum Listener {}

    impl Listener {
        /// Says that there is none.
        pub fn bind(_path: &Path) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        /// As of any listener.
        pub fn incoming(&self) -> Empty<io::Result<Stream>> {
            match *self {}
        }
    }
}
