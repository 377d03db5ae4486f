//! SCRAM-SHA-256 (RFC 5802, RFC 7677) from the side of the client, and the older MD5: how a user
//! shows a server of PostgreSQL that they know the password.
//!
//! The server stores what its SASLprep makes of a password. What a password holds beyond ASCII is
//! taken as it is: one whose letters are not in Unicode's form NFKC is refused.

use std::fs::File;
use std::io::{self, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::{HMAC, Hash};

/// The name of the method.
pub const METHOD: &str = "SCRAM-SHA-256";

/// No channel is bound: nothing here speaks TLS.
const UNBOUND: &str = "n,,";

/// The most rounds that a server may ask for; PostgreSQL's default is 4,096.
const ROUNDS: u32 = 1 << 24;

/// One conversation.
pub struct Scram {
    password: Vec<u8>,
    nonce: String,
    /// `n=user,r=nonce`.
    first: String,
    /// What the server must answer in the end.
    signature: Option<[u8; 32]>,
}

impl Scram {
    /// Begins a conversation. PostgreSQL takes the user from the startup message.
    pub fn begin(password: &[u8]) -> io::Result<Self> {
        let mut random = [0; 18];
        File::open("/dev/urandom")?.read_exact(&mut random)?;
        Ok(Scram::with("", password, STANDARD.encode(random)))
    }

    fn with(user: &str, password: &[u8], nonce: String) -> Self {
        let first = format!("n={user},r={nonce}");
        Scram { password: password.to_vec(), nonce, first, signature: None }
    }

    /// The first message of the client.
    pub fn first(&self) -> String {
        format!("{UNBOUND}{}", self.first)
    }

    /// The last message of the client, which answers the first one of the server.
    pub fn last(&mut self, server_first: &[u8]) -> io::Result<String> {
        let server_first = std::str::from_utf8(server_first).map_err(|_| odd())?;
        let nonce = attribute(server_first, "r=")?;
        let salt = STANDARD.decode(attribute(server_first, "s=")?).map_err(|_| odd())?;
        let rounds: u32 = attribute(server_first, "i=")?.parse().map_err(|_| odd())?;
        // Another nonce is another conversation; no round is no secret.
        if !nonce.starts_with(&self.nonce) || nonce == self.nonce || !(1..=ROUNDS).contains(&rounds)
        {
            return Err(odd());
        }
        let salted = salted(&self.password, &salt, rounds);
        let unproved = format!("c={},r={nonce}", STANDARD.encode(UNBOUND));
        let message = format!("{},{server_first},{unproved}", self.first);
        let client_key = HMAC::mac(b"Client Key", salted);
        let client_signature = HMAC::mac(&message, Hash::hash(&client_key));
        self.signature = Some(HMAC::mac(&message, HMAC::mac(b"Server Key", salted)));
        let proof = STANDARD.encode(xor(client_key, &client_signature));
        Ok(format!("{unproved},p={proof}"))
    }

    /// Checks that the server knows the password too.
    pub fn end(&self, server_last: &[u8]) -> io::Result<()> {
        let server_last = std::str::from_utf8(server_last).map_err(|_| odd())?;
        let said = STANDARD.decode(attribute(server_last, "v=")?).map_err(|_| odd())?;
        match self.signature.is_some_and(|expected| said == expected) {
            true => Ok(()),
            false => Err(io::Error::other("the server does not know the password itself")),
        }
    }
}

/// Returns what the method before SCRAM sends: MD5 of MD5 and salt.
pub fn md5(user: &[u8], password: &[u8], salt: [u8; 4]) -> String {
    let inner = format!("{:x}", md5::compute([password, user].concat()));
    format!("md5{:x}", md5::compute([inner.as_bytes(), &salt].concat()))
}

/// `Hi` of the RFC: PBKDF2 of one block.
fn salted(password: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut block = HMAC::mac([salt, &[0, 0, 0, 1]].concat(), password);
    let mut salted = block;
    for _ in 1..rounds {
        block = HMAC::mac(block, password);
        salted = xor(salted, &block);
    }
    salted
}

fn xor(mut one: [u8; 32], other: &[u8; 32]) -> [u8; 32] {
    one.iter_mut().zip(other).for_each(|(one, other)| *one ^= other);
    one
}

fn attribute<'a>(message: &'a str, name: &str) -> io::Result<&'a str> {
    message.split(',').find_map(|part| part.strip_prefix(name)).ok_or_else(odd)
}

fn odd() -> io::Error {
    io::Error::other("the server's SCRAM message is not understood")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER_FIRST: &str =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    fn conversation() -> Scram {
        Scram::with("user", b"pencil", "rOprNGfwEbeRWgbNEkqO".to_owned())
    }

    #[test]
    fn the_conversation_of_rfc_7677_is_held() {
        let mut scram = conversation();
        assert_eq!(scram.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assert_eq!(
            scram.last(SERVER_FIRST.as_bytes()).unwrap(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert!(scram.end(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").is_ok());
        assert!(scram.end(b"v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").is_err());
        assert!(conversation().end(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").is_err());
    }

    #[test]
    fn a_server_that_answers_something_else_is_not_answered() {
        for other in ["", "r=x,s=W22Z,i=4096", "e=other-error", "r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=1"]
        {
            assert!(conversation().last(other.as_bytes()).is_err(), "{other}");
        }
        let none = SERVER_FIRST.replace("i=4096", "i=0");
        assert!(conversation().last(none.as_bytes()).is_err());
    }

    #[test]
    fn md5_is_of_the_password_with_the_user_and_of_the_salt() {
        assert_eq!(
            md5(b"md5_user", b"password", [0x2a, 0x3d, 0x8f, 0xe0]),
            "md562af4dd09bbb41884907a838a3233294"
        );
    }
}
