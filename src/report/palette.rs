//! The few styles used.

use colored::{ColoredString, Colorize};

/// Turns colour on or off for everything that is reported from here on.
pub fn paint(on: bool) {
    colored::control::set_override(on);
}

/// Tells whether what is reported from here on is coloured.
pub fn is_painted() -> bool {
    colored::control::SHOULD_COLORIZE.should_colorize()
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
