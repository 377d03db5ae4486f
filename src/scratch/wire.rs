//! Plain questions to a PostgreSQL server over its socket (frontend/backend protocol 3.0, simple
//! query).
//!
//! The server is our own and is asked to make and drop databases: a client library would be the
//! larger part of this program.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use crate::scratch::local_socket::Stream;
use crate::scratch::scram::{METHOD, Scram};

/// The longest message that is read.
const LONGEST: usize = 1 << 24;

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password, of a user whom the server asks for one.
    pub password: Option<String>,
}

impl Login {
    /// A user whom the server trusts.
    pub fn trusted(user: &str) -> Self {
        Login { user: user.to_owned(), password: None }
    }
}

/// A connection to a server.
#[derive(Debug)]
pub struct Connection {
    stream: Stream,
}

impl Connection {
    /// Connects to a database as a user whom the server trusts.
    pub fn open(socket: &Path, user: &str, database: &str) -> io::Result<Self> {
        Connection::log_in(socket, &Login::trusted(user), database)
    }

    /// Connects to a database, and shows the server that the password is known.
    pub fn log_in(socket: &Path, login: &Login, database: &str) -> io::Result<Self> {
        let user = login.user.as_str();
        let stream = Stream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let mut connection = Connection { stream };
        let mut startup = 196_608_i32.to_be_bytes().to_vec();
        for word in ["user", user, "database", database, ""] {
            startup.extend_from_slice(word.as_bytes());
            startup.push(0);
        }
        let length = (startup.len() + 4) as i32;
        connection.stream.write_all(&[&length.to_be_bytes()[..], &startup].concat())?;
        if let Some(password) = &login.password {
            connection.show(password)?;
        }
        connection.until_ready()?;
        Ok(connection)
    }

    /// Shows that the password is known (SASL authentication), up to the server's last word.
    fn show(&mut self, password: &str) -> io::Result<()> {
        let mut scram = Scram::begin(password.as_bytes())?;
        loop {
            let (kind, body) = message(&mut self.stream)?;
            let (method, rest) = body.split_at_checked(4).unwrap_or((&body, &[]));
            match (kind, method) {
                (b'E', _) => return Err(io::Error::other(words(&body))),
                (b'R', [0, 0, 0, 10]) => {
                    let first = scram.first();
                    let length = (first.len() as i32).to_be_bytes();
                    self.answer(&[METHOD.as_bytes(), b"\0", &length, first.as_bytes()].concat())?;
                }
                (b'R', [0, 0, 0, 11]) => {
                    let last = scram.last(rest)?;
                    self.answer(last.as_bytes())?;
                }
                (b'R', [0, 0, 0, 12]) => return scram.end(rest),
                _ => return Err(io::Error::other("the server asks for no password")),
            }
        }
    }

    fn answer(&mut self, body: &[u8]) -> io::Result<()> {
        let length = (body.len() as i32 + 4).to_be_bytes();
        self.stream.write_all(&[b"p", &length[..], body].concat())
    }

    /// Runs statements and returns the cells of the rows, as text; a NULL is empty.
    ///
    /// # Errors
    ///
    /// What the server says (`ErrorKind::Other`), after which the connection is as good as before;
    /// any other kind says that it is of no more use.
    pub fn ask(&mut self, sql: &str) -> io::Result<Vec<Vec<String>>> {
        let length = (sql.len() + 5) as i32;
        self.stream
            .write_all(&[b"Q", &length.to_be_bytes()[..], sql.as_bytes(), b"\0"].concat())?;
        self.until_ready()
    }

    fn until_ready(&mut self) -> io::Result<Vec<Vec<String>>> {
        let (mut rows, mut refusal) = (Vec::new(), None);
        loop {
            let (kind, body) = match (message(&mut self.stream), refusal.take()) {
                (Ok(message), reported) => (refusal = reported, message).1,
                // After a fatal error the server hangs up.
                (Err(_), Some(why)) => {
                    return Err(io::Error::new(io::ErrorKind::ConnectionAborted, why));
                }
                (Err(error), None) => return Err(error),
            };
            match kind {
                b'D' => rows.push(cells(&body)),
                b'E' => refusal = refusal.or_else(|| Some(words(&body))),
                b'R' if body.get(..4) != Some(&[0; 4]) => {
                    return Err(io::Error::other("the server asks for a password"));
                }
                b'Z' => return refusal.map_or(Ok(rows), |why| Err(io::Error::other(why))),
                _ => {}
            }
        }
    }
}

/// Reads a message: its kind and the rest.
///
/// # Errors
///
/// Where it ends early, or is longer than a server of ours writes.
pub fn message(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if !(4..LONGEST).contains(&length) {
        return Err(io::Error::other("the server does not speak PostgreSQL's protocol"));
    }
    let mut body = vec![0; length - 4];
    stream.read_exact(&mut body)?;
    Ok((head[0], body))
}

/// Reads the cells of a DataRow.
pub fn cells(body: &[u8]) -> Vec<String> {
    let mut rest = body.get(2..).unwrap_or_default();
    let mut cells = Vec::new();
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0).min(tail.len());
        cells.push(String::from_utf8_lossy(&tail[..length]).into_owned());
        rest = &tail[length..];
    }
    cells
}

/// Reads the message of an ErrorResponse.
pub fn words(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0).filter_map(|field| field.split_first());
    let message = fields.into_iter().find(|(kind, _)| **kind == b'M');
    message.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
}
