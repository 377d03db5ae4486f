//! The few styles used, and what the terminal can show: decided once, before anything is written.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use colored::{ColoredString, Colorize};

/// How wide prose runs where nobody knows how wide the terminal is.
const WIDTH: usize = 100;

/// How wide prose may run at most: longer lines are hard to read.
const WIDEST: usize = 120;

/// How narrow it may run.
const NARROWEST: usize = 40;

static COLUMNS: AtomicUsize = AtomicUsize::new(WIDTH);

static ASCII: AtomicBool = AtomicBool::new(false);

/// Our own signs, and what stands for them where only ASCII can be shown.
const SIGNS: [(&str, &str); 15] = [
    ("⚠️ ", "! "),
    ("⚠️", "!"),
    ("❌", "x"),
    ("✅", "ok"),
    ("❓", "?"),
    (" · ", " - "),
    ("│", "|"),
    ("●", "*"),
    ("…", "..."),
    ("→", "->"),
    ("←", "<-"),
    ("├", "|"),
    ("─", "-"),
    ("┐", "\\"),
    ("┘", "/"),
];

/// Turns colour on or off for everything that is reported from here on.
pub fn paint(on: bool) {
    colored::control::set_override(on);
}

/// Tells whether what is reported from here on is coloured.
pub fn is_painted() -> bool {
    colored::control::SHOULD_COLORIZE.should_colorize()
}

/// Says how wide the terminal is.
pub fn fit(columns: usize) {
    COLUMNS.store(columns.clamp(NARROWEST, WIDEST), Ordering::Relaxed);
}

/// Returns how wide prose runs.
pub fn width() -> usize {
    COLUMNS.load(Ordering::Relaxed)
}

/// Tells whether the terminal is narrower than prose runs where nobody knows.
pub fn is_narrow() -> bool {
    width() < WIDTH
}

/// Says that only ASCII can be shown.
pub fn only_ascii(on: bool) {
    ASCII.store(on, Ordering::Relaxed);
}

/// Replaces our own signs where only ASCII can be shown.
pub fn signs(text: String) -> String {
    match ASCII.load(Ordering::Relaxed) {
        true => SIGNS.iter().fold(text, |text, (sign, plain)| text.replace(sign, plain)),
        false => text,
    }
}

/// Something that blocks.
pub fn critical(text: &str) -> ColoredString {
    text.red().bold()
}

/// Something that is reported and does not block.
pub fn warning(text: &str) -> ColoredString {
    text.yellow().bold()
}

/// Something that is well.
pub fn good(text: &str) -> ColoredString {
    text.green()
}

/// A heading.
pub fn strong(text: &str) -> ColoredString {
    text.bold()
}

/// Something that may be skipped.
pub fn faint(text: &str) -> ColoredString {
    text.dimmed()
}
