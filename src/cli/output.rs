//! Where words go, and whether they are coloured.
//!
//! The report goes to standard output, in hooks to standard error; errors and notices always go to
//! standard error. Colour is decided once, for the stream that is used.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::cli::args::options::ColorChoice;
use crate::report::palette;
use crate::report::speech::{self, Voice};
use crate::report::telling::Volume;

/// The stream that a verb reports to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    stream: Stream,
    /// How much is reported.
    pub volume: Volume,
}

/// One of the two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Standard,
    Error,
}

impl Output {
    /// Opens the output for a verb, or for a hook, and decides about colour.
    pub fn open(in_hook: bool, color: ColorChoice, volume: Volume) -> Self {
        let stream = if in_hook { Stream::Error } else { Stream::Standard };
        palette::paint(is_colored(color, stream.is_capable(), |name| {
            env::var_os(name).is_some_and(is_set)
        }));
        if let Some(columns) = columns(stream) {
            palette::fit(columns);
        }
        palette::only_ascii(!shows_unicode(|name| env::var(name).ok()));
        Output { stream, volume }
    }

    /// Returns the same output with another volume.
    pub fn with_volume(self, volume: Volume) -> Self {
        Output { volume, ..self }
    }

    /// Writes a report, no line of which speaks to a runner. A reader that has left is no error.
    pub fn write(&self, report: &str) -> io::Result<()> {
        self.write_with(report, Voice::Prose)
    }

    /// Writes a report of which lines may speak to a runner.
    pub fn write_with(&self, report: &str, voice: Voice) -> io::Result<()> {
        let report = speech::written(report, palette::is_painted(), voice);
        let written = match self.stream {
            Stream::Standard => put(&mut io::stdout().lock(), &report),
            Stream::Error => put(&mut io::stderr().lock(), &report),
        };
        written.or_else(
            |error| if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) },
        )
    }

    /// Shows on a terminal how far a long run has come; an empty sentence takes that away again.
    pub fn progress(&self, sentence: &str) {
        if self.volume != Volume::Quiet && io::stderr().is_terminal() {
            let sentence = speech::one_line(sentence);
            let _nobody_listens = put(&mut io::stderr().lock(), &format!("\r\u{1b}[K{sentence}"));
        }
    }

    /// Tells how far a run has come: on a terminal in one line that is written over, elsewhere a
    /// line for each step.
    pub fn step(&self, sentence: &str) {
        match io::stderr().is_terminal() {
            true => self.progress(sentence),
            false => self.notice(sentence),
        }
    }

    /// Writes a notice to standard error, unless `--quiet`.
    pub fn notice(&self, sentence: &str) {
        if self.volume != Volume::Quiet {
            mutter(&format!("safe-migration: {sentence}\n"));
        }
    }
}

impl Stream {
    /// Tells whether a terminal listens that knows more than plain text.
    fn is_capable(self) -> bool {
        self.is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    fn is_terminal(self) -> bool {
        match self {
            Stream::Standard => io::stdout().is_terminal(),
            Stream::Error => io::stderr().is_terminal(),
        }
    }
}

/// Tells on standard error what went wrong, and what to do about it.
pub fn complain(error: &str, hint: Option<&str>) {
    let hint = hint.map(|hint| format!("  hint: {hint}\n")).unwrap_or_default();
    mutter(&format!("safe-migration: error: {error}\n{hint}"));
}

/// Tells on standard error what the arguments say wrong.
pub fn refuse(complaint: &str) {
    mutter(complaint);
}

fn put(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Writes to standard error; where even that fails, nobody is left to hear it.
fn mutter(text: &str) {
    let text = speech::written(text, false, Voice::Prose);
    let _nobody_listens = put(&mut io::stderr().lock(), &text);
}

/// How wide the terminal is that is written to, if it is one.
fn columns(stream: Stream) -> Option<usize> {
    let said = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || match stream {
        Stream::Standard => terminal_size::terminal_size_of(io::stdout()),
        Stream::Error => terminal_size::terminal_size_of(io::stderr()),
    };
    said.or_else(|| seen().map(|(width, _)| usize::from(width.0)))
}

/// Tells whether the locale can show more than ASCII: unless it says that it cannot.
fn shows_unicode(variable: impl Fn(&str) -> Option<String>) -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = names.into_iter().filter_map(variable).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Tells whether an environment variable counts as set: NO_COLOR and its kin are ignored when empty
/// or `0`.
fn is_set(value: std::ffi::OsString) -> bool {
    !value.is_empty() && value != "0"
}

/// Decides about colour: the option first, then NO_COLOR, then what forces it, then the stream.
fn is_colored(choice: ColorChoice, terminal: bool, set: impl Fn(&str) -> bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
        ColorChoice::Auto => terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_plain_where_the_locale_says_so() {
        let locale = |pairs: &'static [(&str, &str)]| {
            shows_unicode(|name| {
                pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(locale(&[]) && locale(&[("LANG", "de_DE.UTF-8")]));
        assert!(locale(&[("LC_ALL", ""), ("LANG", "C.utf8")]));
        assert!(!locale(&[("LC_ALL", "C"), ("LANG", "C.UTF-8")]));
    }

    #[test]
    fn the_option_wins_over_the_environment_and_the_environment_over_the_terminal() {
        let table: [(ColorChoice, bool, &[&str], bool); 7] = [
            (ColorChoice::Auto, true, &[], true),
            (ColorChoice::Auto, false, &[], false),
            (ColorChoice::Auto, true, &["NO_COLOR"], false),
            (ColorChoice::Auto, false, &["CLICOLOR_FORCE"], true),
            (ColorChoice::Auto, false, &["FORCE_COLOR", "NO_COLOR"], false),
            (ColorChoice::Always, false, &["NO_COLOR"], true),
            (ColorChoice::Never, true, &["FORCE_COLOR"], false),
        ];
        for (choice, terminal, names, expected) in table {
            assert_eq!(
                is_colored(choice, terminal, |name| names.contains(&name)),
                expected,
                "{choice:?} {names:?}"
            );
        }
    }
}
