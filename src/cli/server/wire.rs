//! Messages on the wire: a length, an empty line, and JSON.

use std::io::{self, BufRead, Read, Write};

use serde_json::Value;

use crate::report::speech;

/// The longest message that is read: a document of a megabyte, escaped.
const LONGEST: u64 = 1 << 24;

/// Reads the next message; nothing where the other side has closed. What is no JSON is passed over.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Value>> {
    loop {
        let Some(length) = length(input)? else { return Ok(None) };
        if length > LONGEST {
            return Err(io::Error::other("a message is longer than this program reads"));
        }
        let mut body = Vec::new();
        input.take(length).read_to_end(&mut body)?;
        if let Ok(message) = serde_json::from_slice(&body) {
            return Ok(Some(message));
        }
    }
}

/// Reads the head of a message and returns the length of its body.
fn length(input: &mut impl BufRead) -> io::Result<Option<u64>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.take(1 << 12).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim();
        match line.split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
            }
            None if line.is_empty() && length.is_some() => return Ok(length),
            _ => {}
        }
    }
}

/// Sends a message.
pub fn send(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let body = speech::json(&message.to_string());
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_sent_is_read_and_what_is_no_json_is_passed_over() {
        let mut sent = b"Content-Length: 3\r\n\r\nxyz".to_vec();
        let message = json!({"method": "é"});
        send(&mut sent, &message).expect("memory takes everything");
        let mut input = sent.as_slice();
        assert_eq!(read(&mut input).expect("it is read"), Some(message));
        assert_eq!(read(&mut input).expect("it is over"), None);
    }
}
