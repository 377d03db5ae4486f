//! Text as Python writes it.

use crate::text::known::Known;

/// Returns a text as a Python string literal.
pub fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\n', "\\n");
    match escaped.contains('"') && !escaped.contains('\'') {
        true => format!("'{escaped}'"),
        false => format!("\"{}\"", escaped.replace('"', "\\\"")),
    }
}

/// Returns a list of names as a Python list of strings.
pub fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", names.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// Returns a name as a Python string, `...` where it cannot be known.
pub fn quoted_name(name: &Known<String>) -> String {
    name.as_str().map_or_else(|| "...".to_owned(), quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_as_python_writes_it() {
        assert_eq!(quoted("users"), "\"users\"");
        assert_eq!(quoted("say \"x\""), "'say \"x\"'");
        assert_eq!(quoted("both \" and '"), "\"both \\\" and '\"");
        assert_eq!(quoted_list(["a", "b"]), "[\"a\", \"b\"]");
        assert_eq!(quoted_name(&Known::Unreadable), "...");
    }
}
