//! A socket of ours that leads to a server elsewhere.
//!
//! The runner may open no internet socket, and its drivers know no password: both are met here.
//! Whoever connects is logged in as the user of the address that was named, to a database whose
//! name begins as ours do, and shows our marker. So nothing that runs behind the socket reaches a
//! database that was there before, whatever name it asks for.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::scratch::address::Address;
use crate::scratch::local_socket::{Listener, Stream};
use crate::scratch::scram::{METHOD, Scram, md5};

/// The longest message that is read before the server is ready.
const LONGEST: usize = 1 << 16;

/// How long a server may take to answer while somebody is logged in.
const PATIENCE: Duration = Duration::from_secs(30);

/// Protocol 3.0, and the requests that come before it.
const STARTUP: i32 = 196_608;
const CANCEL: i32 = 80_877_102;
const TLS: i32 = 80_877_103;
const GSS: i32 = 80_877_104;

/// Where a relay leads, and under which names.
#[derive(Clone, Debug)]
pub struct Route {
    /// The server.
    pub address: Address,
    /// What the names of our databases begin with.
    pub prefix: String,
    /// The name that leads to the database of the address. Only this program knows it.
    pub door: String,
    /// What every connection shows.
    pub marker: String,
}

/// Listens on a socket until the program ends.
pub fn listen(socket: &Path, route: Route) -> io::Result<()> {
    let listener = Listener::bind(socket)?;
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let route = route.clone();
            // Whoever is refused hears why; nobody else is concerned.
            thread::spawn(move || serve(client, &route));
        }
    });
    Ok(())
}

fn serve(mut client: Stream, route: &Route) -> io::Result<()> {
    let (code, body) = loop {
        let (code, body) = opening(&mut client)?;
        match code {
            TLS | GSS => client.write_all(b"N")?,
            _ => break (code, body),
        }
    };
    let mut server = Upstream::connect(&route.address)?;
    match code {
        CANCEL => server.write_all(&framed(None, &[&code.to_be_bytes(), &body[..]].concat())),
        STARTUP => {
            server.write_all(&framed(
                None,
                &[&code.to_be_bytes()[..], &startup(&body, route)].concat(),
            ))?;
            if let Err(why) = log_in(&mut server, &route.address) {
                return client.write_all(&refusal(&why.to_string()));
            }
            client.write_all(&framed(Some(b'R'), &[0; 4]))?;
            pipe(client, server)
        }
        _ => client.write_all(&refusal("this version of the protocol is not spoken here")),
    }
}

/// Reads a message that has no kind: its code and the rest.
fn opening(stream: &mut impl Read) -> io::Result<(i32, Vec<u8>)> {
    let mut head = [0; 8];
    stream.read_exact(&mut head)?;
    let [a, b, c, d, rest @ ..] = head;
    let mut body = vec![0; bounded(u32::from_be_bytes([a, b, c, d]), 8)?];
    stream.read_exact(&mut body)?;
    Ok((i32::from_be_bytes(rest), body))
}

/// What is asked at the start, with our user, our name for the database, and the marker.
fn startup(asked: &[u8], route: &Route) -> Vec<u8> {
    let words: Vec<&[u8]> = asked.split(|byte| *byte == 0).collect();
    let said = words.chunks_exact(2).filter(|pair| !pair[0].is_empty());
    let wanted = said.clone().find(|pair| pair[0] == b"database").map_or(&b""[..], |pair| pair[1]);
    let database = match wanted == route.door.as_bytes() {
        true => route.address.database.clone().into_bytes(),
        false => [route.prefix.as_bytes(), wanted].concat(),
    };
    let options = said.clone().find(|pair| pair[0] == b"options").map_or(&b""[..], |pair| pair[1]);
    let marked = [options, b" -c safe_migration.marker=", route.marker.as_bytes()].concat();
    let kept =
        said.filter(|pair| !matches!(pair[0], b"user" | b"database" | b"options" | b"replication"));
    let mut message: Vec<u8> = Vec::new();
    let own: [[&[u8]; 2]; 3] =
        [[b"user", route.address.user.as_bytes()], [b"database", &database], [b"options", &marked]];
    for pair in own.iter().map(|pair| &pair[..]).chain(kept) {
        message.extend_from_slice(&[pair[0], b"\0", pair[1], b"\0"].concat());
    }
    message.push(0);
    message
}

/// Answers what the server asks of the user until it lets them in.
fn log_in(server: &mut Upstream, address: &Address) -> io::Result<()> {
    let password = address.password.as_bytes();
    let mut scram: Option<Scram> = None;
    loop {
        let (kind, body) = message(server)?;
        let (method, rest) = body.split_at_checked(4).unwrap_or((&body, &[]));
        match (kind, method) {
            (b'E', _) => return Err(io::Error::other(words(&body))),
            (b'R', [0, 0, 0, 0]) => return Ok(()),
            (b'R', [0, 0, 0, 3]) => {
                server.write_all(&framed(Some(b'p'), &[password, b"\0"].concat()))?
            }
            (b'R', [0, 0, 0, 5]) => {
                let salt =
                    rest.try_into().map_err(|_| io::Error::other("the salt has another length"))?;
                let hash = md5(address.user.as_bytes(), password, salt);
                server.write_all(&framed(Some(b'p'), &[hash.as_bytes(), b"\0"].concat()))?;
            }
            (b'R', [0, 0, 0, 10])
                if rest.split(|byte| *byte == 0).any(|name| name == METHOD.as_bytes()) =>
            {
                let begun = Scram::begin(password)?;
                let first = begun.first();
                let length = i32::try_from(first.len()).unwrap_or(0).to_be_bytes();
                let answer = [METHOD.as_bytes(), b"\0", &length, first.as_bytes()].concat();
                server.write_all(&framed(Some(b'p'), &answer))?;
                scram = Some(begun);
            }
            (b'R', [0, 0, 0, 11]) => {
                let scram = scram
                    .as_mut()
                    .ok_or_else(|| io::Error::other("the server goes on with nothing"))?;
                let last = scram.last(rest)?;
                server.write_all(&framed(Some(b'p'), last.as_bytes()))?;
            }
            (b'R', [0, 0, 0, 12]) => {
                scram
                    .as_ref()
                    .ok_or_else(|| io::Error::other("the server ends nothing"))?
                    .end(rest)?;
            }
            (b'R', _) => {
                return Err(io::Error::other(
                    "the server asks for a way to log in that is not known here",
                ));
            }
            _ => {}
        }
    }
}

/// Hands on what either says until one of them has nothing more to say.
fn pipe(client: Stream, server: Upstream) -> io::Result<()> {
    server.waits_for(None)?;
    let (mut from_client, mut to_client) = (client.try_clone()?, client);
    let (mut from_server, mut to_server) = (server.try_clone()?, server);
    thread::spawn(move || {
        let _ended = io::copy(&mut from_client, &mut to_server);
        to_server.shut();
    });
    let _ended = io::copy(&mut from_server, &mut to_client);
    to_client.shutdown(Shutdown::Both)
}

/// A connection to the server.
enum Upstream {
    Tcp(TcpStream),
    Unix(Stream),
}

impl Upstream {
    fn connect(address: &Address) -> io::Result<Self> {
        let server = match address.socket() {
            Some(socket) => Upstream::Unix(Stream::connect(socket)?),
            None => Upstream::Tcp(TcpStream::connect((address.host.as_str(), address.port))?),
        };
        server.waits_for(Some(PATIENCE))?;
        Ok(server)
    }

    fn waits_for(&self, patience: Option<Duration>) -> io::Result<()> {
        match self {
            Upstream::Tcp(stream) => stream.set_read_timeout(patience),
            Upstream::Unix(stream) => stream.set_read_timeout(patience),
        }
    }

    fn try_clone(&self) -> io::Result<Self> {
        Ok(match self {
            Upstream::Tcp(stream) => Upstream::Tcp(stream.try_clone()?),
            Upstream::Unix(stream) => Upstream::Unix(stream.try_clone()?),
        })
    }

    fn shut(&self) {
        let _gone = match self {
            Upstream::Tcp(stream) => stream.shutdown(Shutdown::Both),
            Upstream::Unix(stream) => stream.shutdown(Shutdown::Both),
        };
    }
}

impl Read for Upstream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Upstream::Tcp(stream) => stream.read(buffer),
            Upstream::Unix(stream) => stream.read(buffer),
        }
    }
}

impl Write for Upstream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Upstream::Tcp(stream) => stream.write(bytes),
            Upstream::Unix(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Upstream::Tcp(stream) => stream.flush(),
            Upstream::Unix(stream) => stream.flush(),
        }
    }
}

/// Reads a message: its kind and the rest.
fn message(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let [kind, length @ ..] = head;
    let mut body = vec![0; bounded(u32::from_be_bytes(length), 4)?];
    stream.read_exact(&mut body)?;
    Ok((kind, body))
}

/// The length of what follows a head of `read` bytes of which the length counts itself.
fn bounded(length: u32, read: usize) -> io::Result<usize> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    match (read..LONGEST).contains(&length) {
        true => Ok(length - read),
        false => Err(io::Error::other("this is not PostgreSQL's protocol")),
    }
}

fn framed(kind: Option<u8>, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX).to_be_bytes();
    kind.into_iter().chain(length).chain(body.iter().copied()).collect()
}

/// An error as the server would tell it.
fn refusal(why: &str) -> Vec<u8> {
    framed(Some(b'E'), &[b"SFATAL\0VFATAL\0C28000\0M", why.as_bytes(), b"\0\0"].concat())
}

/// The message of an error that the server tells.
fn words(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0).filter_map(|field| field.split_first());
    let message = fields.into_iter().find(|(kind, _)| **kind == b'M');
    message.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
}
