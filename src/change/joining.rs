//! `merge`: one revision brings several heads together.

use std::hash::{BuildHasher, RandomState};
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::alembic::history::History;
use crate::alembic::ini::Ini;
use crate::alembic::project::Origin;
use crate::alembic::template::{self, FileName, GENERIC, MergeRevision};
use crate::change::draft::Draft;
use crate::change::repoint::Refusal;
use crate::text::known::Known;

/// Returns the heads of a history that nothing tells apart: what `alembic upgrade head` stops at.
pub fn rival_heads(history: &History) -> Vec<Vec<Rc<str>>> {
    let groups = history.graph().rival_tips().into_iter();
    groups.map(|group| group.into_iter().map(|head| head.id.clone()).collect()).collect()
}

/// Plans a revision that follows some heads, as `alembic merge` writes it: by the template of the
/// project, in the folder of the first head that stands in the tree.
pub fn plan(
    history: &History,
    heads: &[Rc<str>],
    message: Option<&str>,
) -> Result<(Draft, MergeRevision), Refusal> {
    let revision = MergeRevision {
        id: new_id(),
        parents: heads.iter().map(|head| head.to_string()).collect(),
        message: message.map_or_else(|| format!("merge {}", heads.join(" and ")), str::to_owned),
        created: now().0,
    };
    let project = history.project();
    let path = format!("{}/script.py.mako", project.script_location);
    let own = history.snapshot().text(path.trim_start_matches('/'));
    let template = own.as_ref().map_or(GENERIC, |text| text.content());
    let text = template::fill(template, &revision).ok_or_else(|| Refusal {
        why: format!("only Mako can fill in `{path}`"),
        hint: format!(
            "let Alembic do it: alembic merge -m \"{}\" {}",
            revision.message,
            heads.join(" ")
        ),
    })?;
    let file = heads.iter().find_map(|head| history.file(head));
    let folder = match file {
        Some(file) => file.path.strip_suffix(file.name()).unwrap_or_default().to_owned(),
        None => {
            project.version_locations.first().map(|folder| format!("{folder}/")).unwrap_or_default()
        }
    };
    let name = file_name(history, &revision);
    let mut draft = Draft::default();
    draft.add(format!("{folder}{name}"), text);
    Ok((draft, revision))
}

/// Draws an id as Alembic does: twelve digits of a random UUID.
fn new_id() -> String {
    let generated = RandomState::new().hash_one(Timestamp::now().as_nanosecond());
    format!("{:012x}", generated & 0xffff_ffff_ffff)
}

/// Returns the time in UTC as Python writes it, and its parts.
fn now() -> (String, [i64; 7]) {
    let time = Timestamp::now();
    let zoned = time.to_zoned(TimeZone::UTC);
    let parts = [
        i64::from(zoned.year()),
        i64::from(zoned.month()),
        i64::from(zoned.day()),
        i64::from(zoned.hour()),
        i64::from(zoned.minute()),
        i64::from(zoned.second()),
        time.as_second(),
    ];
    let [year, month, day, hour, minute, second, _] = parts;
    let micros = time.subsec_microsecond();
    let text =
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micros:06}");
    (text, parts)
}

/// Names the file as the ini of the project says.
fn file_name(history: &History, revision: &MergeRevision) -> String {
    let said = |key: &str| {
        let Origin::Ini { path, section } = &history.project().origin else { return None };
        let text = history.snapshot().text(path)?;
        Ini::parse(text.content()).get(section, key).and_then(Known::into_option)
    };
    let template = said("file_template").filter(|template| !template.is_empty());
    let longest = said("truncate_slug_length").and_then(|length| length.parse().ok());
    let name = FileName {
        template: template.as_deref().unwrap_or("%(rev)s_%(slug)s"),
        longest_slug: longest.unwrap_or(40),
        time: now().1,
    };
    name.of(revision)
}
