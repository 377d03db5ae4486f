//! Arguments against the parameters of a callable, as CPython binds them.

use std::fmt;

use crate::operation::packages::catalog::{Package, Versions};
use crate::python::host::Arguments;

/// Why a call does not fit, in the words of CPython's TypeError.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Required ones are not given.
    Missing(Vec<String>),
    /// More are given by position than are taken.
    TooMany {
        /// How many are taken.
        takes: usize,
        /// How many are given.
        given: usize,
        /// The keywords that the ones behind might have been meant for.
        keywords: Vec<String>,
    },
    /// A keyword that is none.
    Unexpected(String),
    /// One is given by position and by keyword.
    Twice(String),
}

impl Misfit {
    /// Returns the same of a method: CPython counts the object too.
    pub fn bound(&self) -> Misfit {
        match self {
            Misfit::TooMany { takes, given, keywords } => {
                Misfit::TooMany { takes: takes + 1, given: given + 1, keywords: keywords.clone() }
            }
            other => other.clone(),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        match self {
            Misfit::Missing(names) => {
                let named: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
                let (count, named) = (names.len(), named.join(" and "));
                write!(out, "missing {count} required argument{}: {named}", plural(count))
            }
            Misfit::TooMany { takes, given, .. } => {
                let were = if *given == 1 { "was" } else { "were" };
                write!(
                    out,
                    "takes {takes} positional argument{} but {given} {were} given",
                    plural(*takes)
                )
            }
            Misfit::Unexpected(name) => write!(out, "got an unexpected keyword argument '{name}'"),
            Misfit::Twice(name) => write!(out, "got multiple values for argument '{name}'"),
        }
    }
}

/// Returns why a call of a callable of a package does not fit, and in which versions; nothing where
/// it fits in all of them or the callable is not known.
pub fn check(
    package: Package,
    callable: &str,
    arguments: &Arguments,
) -> Option<(Misfit, Versions)> {
    let mut refused = Versions::none();
    let mut why = None;
    for (versions, parameters) in package.parameters(callable) {
        if let Some(misfit) = misfit(parameters, arguments) {
            refused = refused.or(versions);
            // The newest form is the one that is shown.
            why = Some(misfit);
        }
    }
    why.map(|why| (why, refused))
}

/// Returns why arguments do not fit parameters.
pub fn misfit(parameters: &str, arguments: &Arguments) -> Option<Misfit> {
    if arguments.open {
        return None;
    }
    let words: Vec<&str> = parameters.split(' ').filter(|word| !word.is_empty()).collect();
    let takes_any = words.contains(&"*");
    let takes_keywords = words.contains(&"**");
    let plain = |word: &&&str| !word.starts_with('*');
    let by_position: Vec<&&str> = words.iter().filter(plain).collect();
    let (takes, given) = (by_position.len(), arguments.positional.len());
    if given > takes && !takes_any {
        let only = |word: &&&str| word.starts_with('*') && word.len() > 2;
        let keywords = words.iter().filter(only).map(|word| name(word).to_owned()).collect();
        return Some(Misfit::TooMany { takes, given, keywords });
    }
    for (keyword, _) in &arguments.keywords {
        let place = words.iter().position(|word| name(word) == keyword && !word.starts_with('/'));
        match place {
            Some(place) if place < given && !words[place].starts_with('*') => {
                return Some(Misfit::Twice(keyword.clone()));
            }
            None if !takes_keywords => return Some(Misfit::Unexpected(keyword.clone())),
            _ => {}
        }
    }
    let required = words.iter().enumerate().filter(|(place, word)| {
        let is_given = !word.starts_with('*') && *place < given;
        let is_kind = matches!(**word, "*" | "**");
        !is_kind && !is_given && !word.ends_with('=')
    });
    let missing: Vec<String> = required
        .map(|(_, word)| name(word))
        .filter(|name| arguments.keyword(name).is_none())
        .map(str::to_owned)
        .collect();
    (!missing.is_empty()).then_some(Misfit::Missing(missing))
}

/// Returns the name that a word of a signature says, without its marks.
fn name(word: &str) -> &str {
    word.trim_start_matches(['*', '/']).trim_end_matches('=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::value::Value;

    #[test]
    fn arguments_are_bound_as_cpython_binds_them() {
        let rows = [
            ("a b= *c=", 1, "", None),
            ("a b= *c=", 0, "", Some("missing 1 required argument: 'a'")),
            ("a b= *c=", 3, "", Some("takes 2 positional arguments but 3 were given")),
            ("a b= *c=", 1, "d", Some("got an unexpected keyword argument 'd'")),
            ("a b= *c= **", 1, "d", None),
            ("a b= *c=", 1, "a", Some("got multiple values for argument 'a'")),
            ("a b * **", 5, "x", None),
            ("a b", 0, "b a", None),
            ("a b", 0, "", Some("missing 2 required arguments: 'a' and 'b'")),
            ("* *c", 3, "", Some("missing 1 required argument: 'c'")),
            ("", 1, "", Some("takes 0 positional arguments but 1 was given")),
            ("/a *b=", 1, "b", None),
        ];
        for (parameters, positional, keywords, expected) in rows {
            let arguments = Arguments {
                positional: vec![Value::None; positional],
                keywords: keywords
                    .split_whitespace()
                    .map(|name| (name.to_owned(), Value::None))
                    .collect(),
                open: false,
            };
            let said = misfit(parameters, &arguments).map(|misfit| misfit.to_string());
            assert_eq!(said.as_deref(), expected, "{parameters}, {positional}, {keywords}");
        }
    }
}
