//! Ini files as Python's `ConfigParser` reads them.

use std::collections::{BTreeMap, HashMap};

use crate::text::canonical::Canonical;
use crate::text::cut;
use crate::text::known::Known;

/// An ini file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ini {
    sections: Vec<Section>,
    by_name: HashMap<String, usize>,
}

/// A section and its options as written, keys in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name between the brackets.
    pub name: String,
    options: HashMap<String, String>,
}

/// Stands for the folder of the file in values that hold `%(here)s`.
pub(crate) const HERE: &str = "\u{1}here";

/// How often `%(name)s` may lead to another one (`MAX_INTERPOLATION_DEPTH`).
const DEPTH: usize = 10;

/// How long a value may grow by interpolation.
const LENGTH: usize = 64 * 1024;

/// How many `%(name)s` are filled in for one value.
const STEPS: usize = 4_096;

impl Ini {
    /// Reads a file; lines that `ConfigParser` would refuse are left out.
    pub fn parse(content: &str) -> Self {
        let mut ini = Ini::default();
        let mut section = None;
        // The option that a deeper line continues, and its indentation.
        let mut open: Option<(String, usize)> = None;
        for line in content.lines() {
            let body = line.trim();
            if body.starts_with(['#', ';']) {
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            let known = section.map(|at: usize| &mut ini.sections[at].options);
            if let (Some((key, level)), Some(options)) = (&open, known)
                && (body.is_empty() || indent > *level)
                && let Some(value) = options.get_mut(key)
            {
                value.push('\n');
                value.push_str(body);
            } else if let Some((name, _)) =
                body.strip_prefix('[').and_then(|rest| rest.rsplit_once(']'))
            {
                (section, open) = (Some(ini.section_named(name)), None);
            } else if let (Some(at), Some((key, value))) = (section, body.split_once(['=', ':'])) {
                let key = key.trim().to_lowercase();
                ini.sections[at].options.insert(key.clone(), value.trim().to_owned());
                open = Some((key, indent));
            }
        }
        for value in ini.sections.iter_mut().flat_map(|section| section.options.values_mut()) {
            value.truncate(value.trim_end().len());
        }
        ini
    }

    /// Returns the number of a section; one that stands there twice goes on where it ended.
    fn section_named(&mut self, name: &str) -> usize {
        if let Some(&at) = self.by_name.get(name) {
            return at;
        }
        self.by_name.insert(name.to_owned(), self.sections.len());
        self.sections.push(Section { name: name.to_owned(), options: HashMap::new() });
        self.sections.len() - 1
    }

    /// Returns the sections but for `DEFAULT`.
    pub fn sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| section.name != "DEFAULT")
    }

    /// Returns the canonical form of everything that the file says, without its order and remarks.
    pub fn form(&self) -> String {
        let sections: BTreeMap<_, _> =
            self.sections.iter().map(|section| (&section.name, &section.options)).collect();
        let form = Canonical::of("ini", 1);
        let form = sections.into_iter().fold(form, |form, (name, options)| {
            let options: BTreeMap<_, _> = options.iter().collect();
            let form = form.word("section", name);
            options.into_iter().fold(form, |form, (key, value)| form.word(key, value))
        });
        form.form().to_owned()
    }

    /// Returns a section by its name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.by_name.get(name).map(|&at| &self.sections[at])
    }

    /// Returns the value of an option with everything filled in; `%(here)s` becomes a mark that
    /// stands for the folder.
    pub fn get(&self, section: &str, key: &str) -> Option<Known<String>> {
        let raw = self.raw(section, key)?;
        let mut filling = Filling { out: String::new(), steps: STEPS };
        Some(match self.fill(section, raw, DEPTH, &mut filling) {
            Some(()) => Known::Is(filling.out),
            None => Known::Unreadable,
        })
    }

    fn raw(&self, section: &str, key: &str) -> Option<&str> {
        let own = self.section(section).and_then(|section| section.get(key));
        own.or_else(|| self.section("DEFAULT")?.get(key))
            .or_else(|| (key == "here").then_some(HERE))
    }

    fn fill(&self, section: &str, raw: &str, depth: usize, filling: &mut Filling) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        let mut rest = raw;
        while let Some(at) = rest.find('%') {
            filling.out.push_str(cut::to(rest, at));
            rest = cut::from(rest, at + 1);
            if let Some(behind) = rest.strip_prefix('%') {
                filling.out.push('%');
                rest = behind;
                continue;
            }
            let (name, behind) = rest.strip_prefix('(')?.split_once(")s")?;
            filling.steps = filling.steps.checked_sub(1)?;
            self.fill(section, self.raw(section, &name.to_lowercase())?, depth, filling)?;
            rest = behind;
            if filling.out.len() > LENGTH {
                return None;
            }
        }
        filling.out.push_str(rest);
        Some(())
    }
}

/// A value while it is filled in.
struct Filling {
    out: String,
    steps: usize,
}

impl Section {
    /// Returns the value of an option as written.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.options.get(key).map(String::as_str)
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
        assert_eq!(
            get("[alembic]\nScript_Location : a = b\n", "script_location"),
            Some(Known::from("a = b"))
        );
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
        let content = "[DEFAULT]\nroot = %(here)s/x\n[alembic]\na = %(ROOT)s/100%%\n\
            loop = %(loop)s\nbad = %(none)s\n";
        assert_eq!(get(content, "a"), Some(Known::Is(format!("{HERE}/x/100%"))));
        assert_eq!(get(content, "loop"), Some(Known::Unreadable));
        assert_eq!(get(content, "bad"), Some(Known::Unreadable));
    }

    #[test]
    fn a_value_that_doubles_itself_is_bounded() {
        let lines: String = (0..9)
            .map(|at| format!("a{at} = {}\n", format!("%(a{})s", at + 1).repeat(100)))
            .collect();
        assert_eq!(
            get(&format!("[alembic]\n{lines}a9 = {}\n", "x".repeat(1000)), "a0"),
            Some(Known::Unreadable)
        );
        assert_eq!(get(&format!("[alembic]\n{lines}a9 =\n"), "a0"), Some(Known::Unreadable));
    }

    #[test]
    fn many_sections_and_options_take_no_time() {
        let many: String = (0..60_000).map(|at| format!("[s{at}]\nk{at} = 1\n")).collect();
        let options: String = (0..60_000).map(|at| format!("k{at} = 1\n")).collect();
        let ini = Ini::parse(&format!("{many}[s0]\n{options}"));
        assert_eq!(
            (ini.sections().count(), ini.get("s0", "k59999")),
            (60_000, Some(Known::from("1")))
        );
    }
}
