//! What the project's code may do on a PostgreSQL server of our own.
//!
//! Its role is no superuser, since a superuser runs programs, reads files and leaves its database.
//! It may what an owner of databases may on a server that somebody else runs: make and drop
//! databases' objects, roles and trusted extensions. The superuser has a password, which this
//! program alone knows.

use crate::scratch::answer::Failure;
use crate::sql::version::ServerVersion;

/// The user of the scratch databases, who owns them. It bears the name that histories grant to.
pub const USER: &str = "postgres";

/// What the role of the project's code is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Powers {
    /// The owner of its databases.
    #[default]
    Owner,
    /// A superuser, because a setting says so.
    Superuser,
}

/// Usual extensions that only a superuser may make, and that reach nothing outside of their
/// database. (PostgreSQL 13 and later trust others by themselves.)
const EXTENSIONS: &str = "address_standardizer address_standardizer_data_us amcheck bloom \
    btree_gin btree_gist citext cube earthdistance fuzzystrmatch h3 h3_postgis hll hstore hypopg \
    intarray ip4r isn ltree pg_bigm pg_buffercache pg_freespacemap pg_hashids pg_ivm \
    pg_stat_statements pg_trgm pg_uuidv7 pg_visibility pgcrypto pgroonga pgrouting pgrowlocks \
    pgstattuple pgtap postgis postgis_raster postgis_sfcgal postgis_tiger_geocoder \
    postgis_topology rum semver seg tablefunc temporal_tables tsm_system_rows tsm_system_time \
    unaccent unit uuid-ossp vector vchord vectorscale";

/// Up to version 15, who makes a role is no member of it and could hand it nothing; from 16 on
/// `createrole_self_grant` says that they are.
const MEMBERSHIP: &str = "
CREATE FUNCTION pg_catalog.safe_migration_membership() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT rolname FROM pg_roles WHERE oid >= 16384 AND NOT rolsuper AND rolname <> \
    'postgres'
        AND NOT pg_has_role('postgres', oid, 'MEMBER') LOOP
        EXECUTE format('GRANT %I TO postgres', name);
    END LOOP;
END $$;
CREATE EVENT TRIGGER safe_migration_membership ON ddl_command_start WHEN TAG IN ('ALTER \
AGGREGATE', 'ALTER COLLATION',
    'ALTER CONVERSION', 'ALTER DOMAIN', 'ALTER FUNCTION', 'ALTER LARGE OBJECT', 'ALTER \
    MATERIALIZED VIEW', 'ALTER OPERATOR',
    'ALTER PROCEDURE', 'ALTER ROUTINE', 'ALTER SCHEMA', 'ALTER SEQUENCE', 'ALTER STATISTICS', \
    'ALTER TABLE',
    'ALTER TEXT SEARCH CONFIGURATION', 'ALTER TEXT SEARCH DICTIONARY', 'ALTER TYPE', 'ALTER VIEW', \
    'CREATE SCHEMA',
    'ALTER DEFAULT PRIVILEGES') EXECUTE PROCEDURE pg_catalog.safe_migration_membership();";

/// Statements that make the role of the project's code, or make it what it is to be now.
pub fn of_role(powers: Powers, version: &str) -> Vec<String> {
    let is_at_least = |major: u16| is_at_least(version, major);
    let made = format!(
        "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{USER}') THEN CREATE \
         ROLE {USER}; END IF; END $$"
    );
    let kind = match powers {
        Powers::Owner => "NOSUPERUSER",
        Powers::Superuser => "SUPERUSER",
    };
    let mut statements = vec![
        made,
        format!("ALTER ROLE {USER} LOGIN {kind} CREATEDB CREATEROLE BYPASSRLS"),
        "REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC".to_owned(),
    ];
    if is_at_least(14) {
        // Rows are read and made up whoever owns their table.
        statements.push(format!("GRANT pg_read_all_data, pg_write_all_data TO {USER}"));
    }
    if is_at_least(15) {
        statements.push(format!("GRANT SET ON PARAMETER session_replication_role TO {USER}"));
    }
    if is_at_least(16) {
        statements.push(format!("ALTER ROLE {USER} SET createrole_self_grant = 'set, inherit'"));
    }
    statements
}

/// What makes a new database the role's own.
///
/// Up to version 14 the schema `public` is the superuser's. An extension of the list is made by a
/// function that runs as the superuser, and belongs to the role then: the runner calls it instead of
/// a statement that the role may not say.
pub fn of_database(version: &str) -> String {
    let schema = match is_at_least(version, 15) {
        true => String::new(),
        false => format!("ALTER SCHEMA public OWNER TO {USER};"),
    };
    let membership = if is_at_least(version, 16) { "" } else { MEMBERSHIP };
    let names: Vec<String> =
        EXTENSIONS.split_whitespace().map(|name| format!("'{name}'")).collect();
    format!(
        "{schema}
UPDATE pg_extension SET extowner = '{USER}'::regrole;
CREATE FUNCTION pg_catalog.safe_migration_extension(name text, schema text, quiet bool, cascades \
bool) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own text;
BEGIN
    IF NOT name = ANY (ARRAY[{}]) THEN
        RAISE insufficient_privilege USING MESSAGE = format('permission denied to create \
        extension \"%s\"', name);
    END IF;
    SELECT v.schema INTO own FROM pg_available_extension_versions v WHERE v.name = \
    safe_migration_extension.name LIMIT 1;
    EXECUTE format('CREATE EXTENSION %s %I %s %s', CASE WHEN quiet THEN 'IF NOT EXISTS' ELSE '' \
    END, name,
        CASE WHEN own IS NULL AND schema IS NOT NULL THEN format('SCHEMA %I', schema) ELSE '' END,
        CASE WHEN cascades THEN 'CASCADE' ELSE '' END);
    UPDATE pg_extension SET extowner = '{USER}'::regrole WHERE extowner <> '{USER}'::regrole;
END $$;
{membership}",
        names.join(", ")
    )
}

fn is_at_least(version: &str, major: u16) -> bool {
    ServerVersion::parse(version).is_some_and(|version| version.is_at_least(major))
}

/// Tells whether a server refuses a statement because its user is no superuser.
///
/// A schema is denied to whoever was granted nothing there, and a superuser is no answer to that; but
/// only a superuser hands a table to a role that may make nothing in the schema (ALTER TABLE,
/// "Notes": the new owner must have CREATE there).
pub fn wants_superuser(failure: &Failure) -> bool {
    let error = failure.error.lines().next().unwrap_or_default();
    let statement = failure.statement.as_deref().unwrap_or_default().to_ascii_uppercase();
    if error.contains("permission denied for schema") {
        return statement.contains("OWNER TO");
    }
    const WORDS: [&str; 9] = [
        "must be superuser",
        "permission denied to create extension",
        "permission denied to create event trigger",
        "permission denied to set parameter",
        "permission denied for parameter",
        "permission denied for language",
        "permission denied for foreign-data wrapper",
        "is a system trigger",
        "nly roles with",
    ];
    WORDS.iter().any(|words| error.contains(words))
        || error.contains("must be member of role")
        || error.contains("must be able to SET ROLE")
        || (error.contains("permission denied") && error.contains("superuser"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_is_denied_asks_for_no_superuser_unless_a_table_is_handed_over() {
        let wants = |error: &str, statement: &str| {
            let statement = Some(statement.to_owned());
            wants_superuser(&Failure { error: error.to_owned(), statement, at: None })
        };
        let denied = "permission denied for schema secret";
        assert!(!wants(denied, "SELECT * FROM secret.t"));
        assert!(!wants(denied, "CREATE TABLE secret.t (id int)"));
        assert!(wants(denied, "alter table t owner to app"));
        assert!(wants("permission denied to create extension \"plperlu\"\nHINT: x", "CREATE"));
        assert!(!wants("permission denied for table t", "SELECT 1"));
        assert!(!wants("column x\nmust be superuser", "SELECT 1"));
    }
}
