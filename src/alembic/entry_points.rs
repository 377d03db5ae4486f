//! Version locations that other distributions bring.

use crate::alembic::location::{ancestors, join};
use crate::alembic::project::Project;
use crate::snapshot::{Kind, Snapshot};

/// Finds the code that adds the version locations of installed distributions to those of a project
/// (`entry_points(group="alembic")`), in the folders from the scripts up: `app.py:57`.
pub fn added_at(snapshot: &Snapshot, project: &Project) -> Option<String> {
    ancestors(&project.script_location).find_map(|folder| {
        let entries = snapshot.list(folder);
        let files = entries.iter().filter(|entry| entry.kind == Kind::File);
        files.filter(|entry| entry.name.ends_with(".py")).find_map(|file| {
            let path = join(folder, &file.name)?;
            let line = line_of(snapshot.text(&path)?.content())?;
            Some(format!("{path}:{line}"))
        })
    })
}

/// Returns the line that asks for entry points, in code that speaks of version locations.
fn line_of(code: &str) -> Option<usize> {
    let asks = |line: &str| line.contains("entry_points(");
    let number = code.lines().position(|line| asks(line) && !line.trim_start().starts_with('#'))?;
    code.contains("version_locations").then_some(number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_adds_the_locations_of_packages_is_found_above_the_scripts() {
        let code = "c = config\nfor point in entry_points(group='alembic'):\n    \
            locations.add(point.value)\nc.set_main_option('version_locations', ' '.join(locations))\n";
        assert_eq!(line_of(code), Some(2));
        assert_eq!(line_of("for point in entry_points(group='alembic'): pass\n"), None);
        assert_eq!(line_of("# entry_points(\nversion_locations = 1\n"), None);
    }
}
