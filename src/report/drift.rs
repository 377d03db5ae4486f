//! Where models and migrations disagree, for people: table by table, each difference with its line.

use crate::report::palette;
use crate::report::prose::count;
use crate::report::speech::one_line;
use crate::text::source::Site;

/// What was found of one project.
pub struct ShownProject<'a> {
    /// The project's name.
    pub project: &'a str,
    /// How many tables models map.
    pub tables: usize,
    /// How many columns they have.
    pub columns: usize,
    /// The differences: the table, the sentence, what autogenerate would write, and where.
    pub differences: Vec<(&'a str, &'a str, &'a str, Option<Site>)>,
    /// What could not be compared.
    pub uncompared: &'a [String],
}

/// Tells what was found.
pub fn tell(projects: &[ShownProject<'_>], line: &dyn Fn(&Site) -> usize) -> String {
    if projects.is_empty() {
        return "no Alembic project is found here\n".to_owned();
    }
    projects.iter().map(|project| of_project(project, line)).collect::<Vec<_>>().join("\n")
}

fn of_project(project: &ShownProject<'_>, line: &dyn Fn(&Site) -> usize) -> String {
    let mut out = String::new();
    let mut table = "";
    for (of, message, label, site) in &project.differences {
        if *of != table {
            out += &format!("{}\n", palette::strong(&one_line(of)));
            table = of;
        }
        let place = site.as_ref().map(|site| format!("{}:{}", site.path, line(site)));
        let place = place.map(|place| format!(" ({})", one_line(&place))).unwrap_or_default();
        out += &format!("  {}{place}\n", one_line(message));
        out += &format!("    autogenerate: {}\n", one_line(label));
    }
    for why in project.uncompared {
        out += &format!("  not compared: {}\n", one_line(why));
    }
    let size = format!("{}, {}", count(project.tables, "table"), count(project.columns, "column"));
    let verdict = match project.differences.len() {
        0 => format!("models and migrations agree: {size}"),
        differences => {
            format!("{} between models ({size}) and migrations", count(differences, "difference"))
        }
    };
    out + &format!("{}: {verdict}\n", one_line(project.project))
}
