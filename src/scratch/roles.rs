//! Roles are of a server and not of a database: those that a migration makes outlive the scratch
//! database, and the next pass would meet them.
//!
//! A template remembers, as the comment on its database, which roles stood there when it was kept.

use crate::scratch::databases::Databases;
use crate::scratch::error::Error;
use crate::scratch::powers::USER;

/// Roles of our own begin with this.
const OURS: &str = "safe_migration";

/// Notes with a template which roles there are.
pub fn remember(databases: &Databases, template: &str) -> Result<(), Error> {
    let roles = there(databases)?.join("\n");
    let (name, roles) = (databases.full(template), roles.replace('\'', "''"));
    databases.ask(&format!("COMMENT ON DATABASE \"{name}\" IS '{roles}'")).map(drop)
}

/// Makes the roles those that stood there when a template was kept; without one there are none.
pub fn settle(databases: &Databases, template: Option<&str>) -> Result<(), Error> {
    let wanted = match template {
        Some(template) => remembered(databases, template)?,
        None => Vec::new(),
    };
    let there = there(databases)?;
    for role in there.iter().filter(|role| !wanted.contains(role)) {
        let drop = format!("DROP ROLE {}", quoted(role));
        if databases.ask(&drop).is_ok() {
            continue;
        }
        // Points of the history behind this one hold it: they are made again when they are asked
        // for. A role that stayed would be one that the migration finds made.
        needing(databases, role)?.iter().try_for_each(|name| databases.drop_database(name))?;
        let _needed_elsewhere = databases.ask(&drop);
    }
    for role in wanted.iter().filter(|role| !there.contains(role)) {
        databases.ask(&format!("CREATE ROLE {}", quoted(role)))?;
        databases.ask(&format!("GRANT {} TO {USER} WITH ADMIN OPTION", quoted(role)))?;
    }
    Ok(())
}

/// The templates in which something belongs to a role, or is granted to it.
fn needing(databases: &Databases, role: &str) -> Result<Vec<String>, Error> {
    let rows = databases.ask(&format!(
        "SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid OR \
         s.classid = 'pg_database'::regclass AND d.oid = s.objid WHERE s.refclassid = \
         'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = '{}') \
         AND d.datname LIKE 't\\_%'",
        role.replace('\'', "''")
    ))?;
    Ok(rows.into_iter().filter_map(|mut row| row.pop()).collect())
}

fn there(databases: &Databases) -> Result<Vec<String>, Error> {
    // What initdb makes has lower numbers (FirstNormalObjectId).
    let rows = databases.ask(&format!(
        "SELECT rolname FROM pg_roles WHERE oid >= 16384 AND left(rolname, {}) <> '{OURS}' AND \
         rolname <> '{USER}'",
        OURS.len()
    ))?;
    Ok(rows.into_iter().filter_map(|mut row| row.pop()).collect())
}

fn remembered(databases: &Databases, template: &str) -> Result<Vec<String>, Error> {
    let rows = databases.ask(&format!(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{}'",
        databases.full(template)
    ))?;
    let comment = rows.into_iter().next().and_then(|mut row| row.pop()).unwrap_or_default();
    Ok(comment.lines().map(str::to_owned).collect())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
