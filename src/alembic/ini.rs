//! Ini files as Python's `ConfigParser` reads them.

use crate::text::known::Known;

/// An ini file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ini {
    sections: Vec<Section>,
}

/// A section and its options as written, keys in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name between the brackets.
    pub name: String,
    options: Vec<(String, String)>,
}

/// Stands for the folder of the file in values that hold `%(here)s`.
pub(crate) const HERE: &str = "\u{1}here";

/// How often `%(name)s` may lead to another one (`MAX_INTERPOLATION_DEPTH`).
const DEPTH: usize = 10;

/// How long a value may grow by interpolation.
const LENGTH: usize = 64 * 1024;

impl Ini {
    /// Reads a file; lines that `ConfigParser` would refuse are left out.
    pub fn parse(content: &str) -> Self {
        let mut ini = Ini::default();
        // The indentation of the option that a deeper line continues.
        let mut open: Option<usize> = None;
        for line in content.lines() {
            let body = line.trim();
            if body.starts_with(['#', ';']) {
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            let last = ini.sections.last_mut().and_then(|section| section.options.last_mut());
            match (open, last) {
                (Some(_), Some((_, value))) if body.is_empty() => value.push('\n'),
                (Some(level), Some((_, value))) if indent > level => {
                    value.push('\n');
                    value.push_str(body);
                }
                _ if body.is_empty() => {}
                _ => open = ini.line(body).then_some(indent),
            }
        }
        for (_, value) in ini.sections.iter_mut().flat_map(|section| &mut section.options) {
            value.truncate(value.trim_end().len());
        }
        ini
    }

    /// Takes a line that begins something; tells whether it is an option.
    fn line(&mut self, body: &str) -> bool {
        if let Some((name, _)) = body.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            if !self.sections.iter().any(|section| section.name == name) {
                self.sections.push(Section { name: name.to_owned(), options: Vec::new() });
            }
            // A section that stands there twice goes on where it ended.
            let at = self.sections.iter().position(|section| section.name == name).unwrap_or(0);
            self.sections[at..].rotate_left(1);
            return false;
        }
        let Some(section) = self.sections.last_mut() else { return false };
        let Some((key, value)) = body.split_once(['=', ':']) else { return false };
        let key = key.trim().to_lowercase();
        section.options.retain(|(other, _)| *other != key);
        section.options.push((key, value.trim().to_owned()));
        true
    }

    /// Returns the sections but for `DEFAULT`.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| section.name != "DEFAULT")
    }

    /// Returns a section by its name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// Returns the value of an option with everything filled in; `%(here)s` becomes a mark that stands for the folder.
    pub fn get(&self, section: &str, key: &str) -> Option<Known<String>> {
        let raw = self.raw(section, key)?;
        let mut out = String::new();
        Some(match self.fill(section, raw, DEPTH, &mut out) {
            Some(()) => Known::Is(out),
            None => Known::Unreadable,
        })
    }

    fn raw(&self, section: &str, key: &str) -> Option<&str> {
        let own = self.section(section).and_then(|section| section.get(key));
        own.or_else(|| self.section("DEFAULT")?.get(key)).or_else(|| (key == "here").then_some(HERE))
    }

    fn fill(&self, section: &str, raw: &str, depth: usize, out: &mut String) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let mut rest = raw;
        while let Some(at) = rest.find('%') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix('%') {
                out.push('%');
                rest = behind;
                continue;
            }
            let (name, behind) = rest.strip_prefix('(')?.split_once(")s")?;
            self.fill(section, self.raw(section, &name.to_lowercase())?, depth, out)?;
            rest = behind;
            if out.len() > LENGTH {
                return None;
            }
        }
        out.push_str(rest);
        Some(())
    }
}

impl Section {
    /// Returns the value of an option as written.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(content: &str, key: &str) -> Option<Known<String>> {
        Ini::parse(content).get("alembic", key)
    }

    #[test]
    fn keys_are_folded_and_both_delimiters_count() {
        assert_eq!(get("[alembic]\nScript_Location : a = b\n", "script_location"), Some(Known::from("a = b")));
        assert_eq!(get("[alembic]\n# script_location = a\n", "script_location"), None);
    }

    #[test]
    fn deeper_lines_continue_a_value() {
        let content = "[alembic]\nversion_locations =\n  a\n  # no\n\n  b\nscript_location = c\n";
        assert_eq!(get(content, "version_locations"), Some(Known::from("\na\n\nb")));
        assert_eq!(get(content, "script_location"), Some(Known::from("c")));
    }

    #[test]
    fn values_are_filled_in_from_the_section_and_from_default() {
        let content = "[DEFAULT]\nroot = %(here)s/x\n[alembic]\na = %(ROOT)s/100%%\nloop = %(loop)s\nbad = %(none)s\n";
        assert_eq!(get(content, "a"), Some(Known::Is(format!("{HERE}/x/100%"))));
        assert_eq!(get(content, "loop"), Some(Known::Unreadable));
        assert_eq!(get(content, "bad"), Some(Known::Unreadable));
    }

    #[test]
    fn a_value_that_doubles_itself_is_bounded() {
        let lines: String = (0..9).map(|at| format!("a{at} = {}\n", format!("%(a{})s", at + 1).repeat(100))).collect();
        assert_eq!(get(&format!("[alembic]\n{lines}a9 = {}\n", "x".repeat(1000)), "a0"), Some(Known::Unreadable));
    }
}
