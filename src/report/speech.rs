//! Text of others, made to say nothing by itself: the one door for whatever a repository, its
//! settings, arguments or errors hold and a person or a program is shown.
//!
//! Two layers. A teller passes what others wrote through the function that belongs to its form;
//! whatever is written passes `written` at the end, so that what a teller forgets shows on no
//! terminal and speaks to no runner either.

use std::fmt::Write;

use crate::text::letters::is_unseen;

/// Whether lines of ours speak to a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// None does.
    Prose,
    /// They are workflow commands of GitHub, made by [`command`].
    Commands,
}

/// Shows letters that nobody sees, such as control characters and those that turn the direction of
/// writing, as `\u{..}`. Line breaks and tabs stay.
pub fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_unseen(letter) {
            true => safe.extend(letter.escape_unicode()),
            false => safe.push(letter),
        }
    }
    safe
}

/// The same on one line, for names and paths.
pub fn one_line(text: &str) -> String {
    shown(&text.replace(['\n', '\t', '\r'], " "))
}

/// Makes the last pass over what is written: letters that nobody sees are shown, but for the
/// styles of ours where there are any, and no line is a command to a runner: of GitHub, GitLab,
/// Azure or TeamCity.
pub fn written(report: &str, painted: bool, voice: Voice) -> String {
    let mut out = String::with_capacity(report.len());
    for line in report.split_inclusive('\n') {
        let is_command = line.trim_start().starts_with("::");
        match (is_command, voice) {
            (true, Voice::Prose) => out += &unseen(&line.replacen("::", ": :", 1), painted),
            _ => out += &unseen(line, painted),
        }
    }
    unbracketed(&out)
}

/// Shows what nobody sees and leaves our styles (`ESC [ 1 ; 31 m`) alone.
fn unseen(line: &str, painted: bool) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(letter) = rest.chars().next() {
        let style = if painted { style(rest) } else { None };
        let taken = style.unwrap_or(letter.len_utf8());
        let (head, tail) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        match style.is_none() && is_unseen(letter) {
            true => out.extend(letter.escape_unicode()),
            false => out += head,
        }
        rest = tail;
    }
    out
}

/// Returns how long the style is that a text begins with.
fn style(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("\u{1b}[")?;
    let (numbers, _) = rest.split_once('m')?;
    // Bold, faint, and colours that can be read; never hidden, turned around or on a background.
    let is_ours = |number: &str| {
        number.is_empty() || matches!(number.parse(), Ok(0..=2_u8 | 31..=36 | 91..=96))
    };
    numbers.split(';').all(is_ours).then_some("\u{1b}[".len() + numbers.len() + 1)
}

/// Breaks `##[`, `##vso[` and the like, which runners look for anywhere in a line.
fn unbracketed(text: &str) -> String {
    if !text.contains("##") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    loop {
        let rest = letters.as_str();
        let Some(letter) = letters.next() else { return out };
        out.push(letter);
        let word = rest.strip_prefix("##").unwrap_or_default();
        if word.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('[') {
            out.push(' ');
        }
    }
}

/// Makes a workflow command of GitHub; properties and text are escaped as the runner undoes it.
pub fn command(name: &str, properties: &[(&str, String)], text: &str) -> String {
    let mut line = format!("::{name}");
    for (number, (key, value)) in properties.iter().enumerate() {
        let gap = if number == 0 { " " } else { "," };
        let value = data(value).replace(':', "%3A").replace(',', "%2C");
        let _infallible = write!(line, "{gap}{key}={value}");
    }
    format!("{line}::{}\n", data(text))
}

fn data(text: &str) -> String {
    shown(text).replace('%', "%25").replace('\n', "%0A")
}

/// Writes letters that nobody sees as escapes of JSON, which mean the same to who reads it, and
/// breaks what a runner looks for.
pub fn json(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut units = [0; 2];
    for letter in written.chars() {
        match is_unseen(letter) {
            true => letter.encode_utf16(&mut units).iter().for_each(|unit| {
                let _infallible = write!(out, "\\u{unit:04x}");
            }),
            false => out.push(letter),
        }
    }
    out.replace("##", "#\\u0023")
}

/// Writes a sentence for Markdown, on one line: code spans of ours stay, and nothing else is
/// markup, calls people, links or loads a picture.
pub fn markdown(text: &str) -> String {
    inline(text, "")
}

/// The same for a cell of a table.
pub fn cell(text: &str) -> String {
    inline(text, "|")
}

fn inline(text: &str, within_code: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.trim().split('`').collect();
    // Where the marks do not pair up, or two stand side by side, there is no telling what is code.
    let pairs = parts.len() % 2 == 1;
    let is_code = |at: usize, part: &str| pairs && at % 2 == 1 && !part.trim().is_empty();
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        match is_code(at, part) {
            true => {
                let code = part.trim();
                let code =
                    if within_code.is_empty() { code.to_owned() } else { code.replace('|', "\\|") };
                out += &format!("`{code}`");
            }
            false => {
                let is_stray = at > 0 && !is_code(at - 1, parts[at - 1]);
                if is_stray {
                    out.push('\'');
                }
                out += &prose(part);
            }
        }
    }
    let starts = |letters: &[char]| out.starts_with(letters);
    let is_numbered = out.trim_start_matches(|letter: char| letter.is_ascii_digit());
    match () {
        () if starts(&['-', '+', '=']) => format!("\\{out}"),
        () if starts(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            && is_numbered.starts_with(['.', ')']) =>
        {
            format!("&#8203;{out}")
        }
        () => out,
    }
}

/// Escapes what stands outside of code. An entity of no width parts what would be a mention, a
/// reference or a link.
fn prose(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for letter in part.chars() {
        match letter {
            '\\' | '*' | '_' | '[' | ']' | '!' | '~' | '$' | '|' | '{' | '}' | '`' => {
                out.push('\\');
                out.push(letter);
            }
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '@' => out += "@&#8203;",
            '#' => out += "#&#8203;",
            _ => out.push(letter),
        }
    }
    out.replace("://", ":&#8203;//").replace("www.", "www&#8203;.")
}

/// Writes a sentence for HTML inside of Markdown, such as a summary, on one line: code spans of
/// ours become elements, and nothing else is markup.
pub fn html(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.trim().split('`').collect();
    let pairs = parts.len() % 2 == 1;
    let part = |(at, part): (usize, &&str)| match pairs && at % 2 == 1 {
        true => format!("<code>{}</code>", entities(part)),
        false => entities(part),
    };
    parts.iter().enumerate().map(part).collect::<Vec<_>>().join(if pairs { "" } else { "'" })
}

/// Escapes for HTML, and parts what Markdown around it would take for markup, a mention, a
/// reference or a link.
fn entities(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for letter in part.chars() {
        match letter {
            '@' | '#' => {
                out.push(letter);
                out += "&#8203;";
            }
            _ if letter.is_ascii_punctuation() && !"-.,;'()/=+\"?%".contains(letter) => {
                let _infallible = write!(out, "&#{};", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.replace("://", ":&#8203;//")
        .replace("&#58;//", "&#58;&#8203;//")
        .replace("www.", "www&#8203;.")
}

/// Puts code between fences that it cannot close.
pub fn fenced(code: &str, language: &str) -> String {
    let code = shown(code);
    let longest = code.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}{language}\n{}\n{fence}\n", code.trim_end())
}

/// A path or a name as a code span.
pub fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// The same in a cell of a table.
pub fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Escapes text for an element or an attribute of XML, which has no way to write most control
/// characters (XML 1.0, section 2.2).
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in shown(text).chars() {
        match letter {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' => out += "&#10;",
            '\u{fffe}' | '\u{ffff}' => out.extend(letter.escape_unicode()),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cannot_write_to_the_terminal() {
        let file = "a\u{1b}[31mb\u{202e}c\u{9b}d\u{200b}e\rf";
        assert_eq!(shown(file), "a\\u{1b}[31mb\\u{202e}c\\u{9b}d\\u{200b}e\\u{d}f");
        let styled = "\u{1b}[1;31mx\u{1b}[0m \u{1b}[2J\u{1b}[8m";
        let kept = "\u{1b}[1;31mx\u{1b}[0m \\u{1b}[2J\\u{1b}[8m";
        assert_eq!(written(styled, true, Voice::Prose), kept);
        assert!(!written(styled, false, Voice::Prose).contains('\u{1b}'));
    }

    #[test]
    fn no_line_speaks_to_a_runner() {
        let table = [
            ("::error::x\n", ": :error::x\n"),
            ("a\n  ::set-env name=x::y", "a\n  : :set-env name=x::y"),
            ("see a::b", "see a::b"),
            (
                "x ##[error]y ##vso[task.complete] ##teamcity[z",
                "x # #[error]y # #vso[task.complete] # #teamcity[z",
            ),
            ("## heading", "## heading"),
            ("###[x", "## #[x"),
        ];
        for (text, expected) in table {
            assert_eq!(written(text, false, Voice::Prose), expected);
        }
        let own = command("error", &[("file", "a:b,c\n.py".to_owned())], "100%\n::error::x");
        assert_eq!(own, "::error file=a%3Ab%2Cc%0A.py::100%25%0A::error::x\n");
        assert_eq!(written(&own, false, Voice::Commands), own);
    }

    #[test]
    fn json_says_the_same_and_nothing_to_a_terminal() {
        let value = "a\u{9b}b\u{202e}\u{e0041}c##[error]";
        let written = json(&serde_json::to_string(value).unwrap());
        assert!(written.chars().all(|letter| letter.is_ascii_graphic()), "{written}");
        assert!(!written.contains("##"));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), value);
    }

    #[test]
    fn a_migration_cannot_write_markup_or_call_people() {
        assert_eq!(markdown("`users.a_b` is *dropped*"), "`users.a_b` is \\*dropped\\*");
        assert_eq!(markdown("<img> @team #12"), "&lt;img&gt; @&#8203;team #&#8203;12");
        assert_eq!(markdown("- a\n# b"), "\\- a #&#8203; b");
        assert_eq!(markdown("1. one"), "&#8203;1. one");
        assert_eq!(markdown("a ` ![x](y)"), "a ' \\!\\[x\\](y)");
        assert_eq!(cell("`a|b` c|d"), "`a\\|b` c\\|d");
        assert!(fenced("````\nx", "python").starts_with("\n`````python\n"));
    }
}
