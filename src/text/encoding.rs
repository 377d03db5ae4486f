//! In which encoding a file of Python is written (PEP 263).

/// How the bytes of a file become text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or ASCII whatever a comment says.
    Utf8,
    /// One byte for each letter, of which the first 128 are those of ASCII.
    SingleByte,
    /// One that is not read, by the name that a comment says. Its bytes may be other code than they
    /// look like: `# \\u000aop.drop_table(...)` is a line of its own in `unicode_escape`.
    Foreign(String),
}

/// Families that have one byte for each letter, as Python's codecs are called without `-` and `_`.
const SINGLE_BYTE: [&str; 22] = [
    "latin",
    "l1",
    "iso8859",
    "iso88591",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "windows125",
    "cp437",
    "cp850",
    "cp852",
    "cp858",
    "cp866",
    "koi8",
    "mac",
    "tis620",
];

/// Families in which a byte of ASCII may be the second half of a letter: what they hold is ASCII where
/// all of it is.
const SEVERAL_BYTES: [&str; 12] = [
    "gbk", "gb2312", "gb18030", "big5", "eucjp", "euckr", "euccn", "shiftjis", "sjis", "cp932",
    "cp936", "cp949",
];

/// Tells in which encoding a file is.
pub fn of(bytes: &[u8]) -> Encoding {
    let Some(name) = declared(bytes) else { return Encoding::Utf8 };
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let is_among = |families: &[&str]| families.iter().any(|family| plain.starts_with(family));
    let is_utf8 = matches!(&*plain, "utf8" | "utf8sig" | "u8" | "ascii" | "usascii" | "646");
    match (is_utf8, std::str::from_utf8(bytes).is_ok()) {
        (true, _) => Encoding::Utf8,
        // Editors say Latin-1 where they write UTF-8; the letters that Python sees are others then.
        (false, true) if is_among(&SINGLE_BYTE) => Encoding::Utf8,
        (false, false) if is_among(&SINGLE_BYTE) => Encoding::SingleByte,
        (false, true) if bytes.is_ascii() && is_among(&SEVERAL_BYTES) => Encoding::Utf8,
        _ => Encoding::Foreign(name),
    }
}

/// The encoding that a comment on one of the first two lines names, the second of which counts
/// where nothing but a comment stands on the first.
fn declared(bytes: &[u8]) -> Option<String> {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    // A line break of two bytes leaves an empty line between.
    for line in lines.take(3) {
        let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        let line = line.trim_ascii_start();
        if let Some(name) = named(line) {
            return Some(name);
        }
        if !line.is_empty() && !line.starts_with(b"#") {
            return None;
        }
    }
    None
}

/// `#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`
fn named(line: &[u8]) -> Option<String> {
    let comment = line.strip_prefix(b"#")?;
    memchr::memmem::find_iter(comment, b"coding").find_map(|at| {
        let rest = comment.get(at + "coding".len()..)?;
        let rest = rest.strip_prefix(b":").or(rest.strip_prefix(b"="))?;
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let name: Vec<u8> = rest.trim_ascii_start().iter().take_while(is_part).copied().collect();
        String::from_utf8(name).ok().filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_the_encoding_and_what_may_hide_code_is_foreign() {
        let foreign = |name: &str| Encoding::Foreign(name.to_owned());
        for (file, encoding) in [
            (&b"x = 1\n"[..], Encoding::Utf8),
            (b"# -*- coding: utf-8 -*-\nx = '\xc3\xa9'\n", Encoding::Utf8),
            (b"# coding: latin-1\nx = 1\n", Encoding::Utf8),
            (b"# coding: latin-1\nx = '\xe9'\n", Encoding::SingleByte),
            (
                b"#!/usr/bin/python\r\n# vim: set fileencoding=cp1251 :\r\nx = '\xe9'",
                Encoding::SingleByte,
            ),
            (b"# coding: gbk\nx = 1\n", Encoding::Utf8),
            (b"# coding: gbk\nx = '\x81\x5c'\n", foreign("gbk")),
            (b"# coding=raw_unicode_escape\nx = 1\n", foreign("raw_unicode_escape")),
            (b"\xef\xbb\xbf# coding: utf-7\nx = 1\n", foreign("utf-7")),
            (b"x = 1\n# coding: utf-7\n", Encoding::Utf8),
            (b"# x\n# y\n# z\n# coding: utf-7\n", Encoding::Utf8),
            (b"# encoding = utf-7\n", Encoding::Utf8),
        ] {
            assert_eq!(of(file), encoding, "{}", String::from_utf8_lossy(file));
        }
    }
}
