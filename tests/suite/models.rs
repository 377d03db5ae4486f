//! Models, read without an import, held against what SQLAlchemy makes of them.

use std::path::Path;
use std::rc::Rc;

use safe_migration::alembic::imports::Imports;
use safe_migration::alembic::project::Search;
use safe_migration::alembic::search::find;
use safe_migration::change::disk;
use safe_migration::config::settings::Settings;
use safe_migration::models::model::Models;
use safe_migration::models::read;
use safe_migration::snapshot::Snapshot;
use safe_migration::sql::dialect::Dialect;
use safe_migration::text::known::Known;

/// Reads the models of a snapshot whose project stands beside them.
pub(crate) fn models(snapshot: &Rc<Snapshot>) -> Models {
    let project = Rc::new(find(snapshot, Search::Whole, &Settings::default()).remove(0));
    let imports = Imports::new(snapshot, &project);
    let dialect = project.environment.dialects.first().map_or(Dialect::PostgreSql, |it| it.0);
    let search = read::Search {
        snapshot,
        folders: vec![String::new()],
        except: project.version_locations.clone(),
        dialect,
        environment: project.environment.path.clone(),
    };
    read::read(&search, &imports)
}

/// Lists the models of `SAFE_MIGRATION_MODELS=FOLDER`, one column a line, for
/// `tests/differential/models.py` to compare.
#[test]
fn models_of_a_folder_are_listed() {
    let Some(folder) = std::env::var_os("SAFE_MIGRATION_MODELS") else { return };
    let snapshot = Rc::new(disk::snapshot(Path::new(&folder)));
    let models = models(&snapshot);
    let mut lines = String::new();
    for table in &models.tables {
        let line = |path: &str, at: usize| snapshot.text(path).map_or(0, |text| text.line_of(at));
        lines += &format!(
            "T\t{}\t{}\t{}:{}\t{}\n",
            table.name,
            table.title(),
            table.site.path,
            line(&table.site.path, table.site.span.start),
            table.open.as_deref().unwrap_or("-")
        );
        for own in &table.columns {
            let nullable = match own.column.nullable {
                Known::Is(true) => "null",
                Known::Is(false) => "not null",
                Known::Unreadable => "?",
            };
            let kind = own.column.kind.as_ref();
            lines += &format!(
                "C\t{}\t{}\t{}\t{nullable}\t{}:{}\t{}\n",
                table.name,
                own.column.name.as_str().unwrap_or("?"),
                kind.and_then(|kind| kind.sql.as_str()).unwrap_or("?"),
                own.site.path,
                line(&own.site.path, own.site.span.start),
                kind.map_or("", |kind| kind.name.as_str()),
            );
        }
    }
    for unread in &models.unread {
        lines += &format!("U\t{}\t{}\t{}\n", unread.site.path, unread.what, unread.why);
    }
    lines += &format!("N\t{} files\t{:?}\n", models.files.len(), models.target);
    match std::env::var_os("SAFE_MIGRATION_MODELS_OUT") {
        Some(path) => std::fs::write(path, lines).unwrap(),
        None => println!("{lines}"),
    }
}
