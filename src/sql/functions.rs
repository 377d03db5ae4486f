//! How the values of functions change: those of PostgreSQL from its own catalogue, those that other
//! databases bring along by hand.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Functions whose arguments are expressions and nothing else: `extract(epoch FROM x)` has words.
pub const PLAIN_CALLS: [&str; 22] = [
    "abs",
    "btrim",
    "ceil",
    "coalesce",
    "concat",
    "date_trunc",
    "floor",
    "greatest",
    "initcap",
    "least",
    "left",
    "length",
    "lower",
    "ltrim",
    "md5",
    "nullif",
    "replace",
    "right",
    "round",
    "rtrim",
    "split_part",
    "upper",
];

/// `pg_proc` of PostgreSQL and of its contrib modules, with the query that made it.
const PG_PROC: &str = include_str!("pg_proc.txt");

/// Functions of other databases and extensions that change with each call.
const VOLATILE: &str =
    "uuid_generate_v7 uuid_v7 newid newsequentialid uuid uuid_short rand randomblob";

/// Words of SQL and functions of other databases that keep their value within one statement.
const STABLE: &str = "current_timestamp current_date current_time localtime localtimestamp \
    current_role user current_catalog sysdate utc_timestamp utc_date getdate getutcdate \
    sysdatetime sysutcdatetime sysdatetimeoffset curdate curtime unix_timestamp suser_sname \
    strftime datetime julianday unixepoch database schema now_utc postgis_version \
    postgis_full_version last_insert_id found_rows row_count connection_id last_insert_rowid \
    changes total_changes sqlite_version object_id object_name object_schema_name col_length \
    col_name db_name db_id schema_id schema_name scope_identity ident_current serverproperty \
    columnproperty indexproperty type_id type_name sys_context userenv hypertable_size \
    timescaledb_information";

/// Words of SQL and functions of other databases whose value depends on their arguments alone.
const IMMUTABLE: &str = "coalesce greatest hex least nullif trim empty int integer bigint boolean \
    jsonb json row xmlelement xmlforest array any all some grouping xmin ctid if ifnull isnull iif \
    nvl nvl2 decode2 group_concat listagg instr locate find_in_set elt field from_unixtime \
    str_to_date date_format date_sub adddate subdate datediff timestampdiff timestampadd dateadd \
    datepart datename day month year hour minute second dayofweek dayofmonth dayofyear week \
    weekday quarter last_day lcase ucase mid space strcmp substring_index unhex inet_aton \
    inet_ntoa uuid_to_bin bin_to_uuid sha1 sha2 total typeof printf quote glob likelihood zeroblob \
    char_index charindex patindex len datalength cast try_cast try_convert parse isnumeric \
    stuff replicate checksum hashbytes eomonth datefromparts choose";

/// Volatile functions of PostgreSQL that write nothing: they read a clock, a generator, the state of the
/// server.
const READERS: &str = "clock_timestamp current_query currval lastval pg_blocking_pids \
    pg_database_size pg_indexes_size pg_last_committed_xact pg_ls_dir pg_partition_ancestors \
    pg_partition_tree pg_relation_size pg_sequence_last_value pg_sleep pg_stat_file pg_table_size \
    pg_tablespace_size pg_total_relation_size pg_xact_commit_timestamp random random_normal \
    timeofday gen_random_bytes gen_random_uuid gen_salt uuid_generate_v1 uuid_generate_v1mc \
    uuid_generate_v4 uuidv4 uuidv7 array_sample array_shuffle";

/// Beginnings of names whose functions all read.
const READING: [&str; 4] = ["pg_get_", "pg_is_", "pg_current_", "pg_stat_get_"];

/// Beginnings of names of functions that all compute, on databases other than PostgreSQL and in
/// PostGIS.
const PREFIXES: [&str; 11] = [
    "json_",
    "jsonb_",
    "array_",
    "string_",
    "regexp_",
    "to_",
    "st_",
    "date_",
    "regr_",
    "websearch_to_",
    "plainto_",
];

/// How the value of a function changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// By its arguments alone.
    Immutable,
    /// Not within one statement.
    Stable,
    /// With each call.
    Volatile,
    /// It is not known.
    Unknown,
}

/// The functions that are known, by name.
static KNOWN: LazyLock<HashMap<&str, FunctionKind>> = LazyLock::new(|| {
    let by_hand = [
        (IMMUTABLE, FunctionKind::Immutable),
        (STABLE, FunctionKind::Stable),
        (VOLATILE, FunctionKind::Volatile),
    ];
    let by_hand = by_hand
        .into_iter()
        .flat_map(|(names, kind)| names.split_ascii_whitespace().map(move |name| (name, kind)));
    by_hand.chain(catalogued()).collect()
});

/// Returns what the catalogue says, name by name.
fn catalogued() -> impl Iterator<Item = (&'static str, FunctionKind)> {
    let mut kind = FunctionKind::Unknown;
    PG_PROC.lines().filter(|line| !line.starts_with('#')).flat_map(move |line| {
        let section = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
        if let Some(section) = section {
            kind = kind_of(section.rsplit(' ').next().unwrap_or_default());
        }
        let names = if section.is_some() { "" } else { line };
        names.split_ascii_whitespace().map(move |name| (name, kind))
    })
}

fn kind_of(word: &str) -> FunctionKind {
    match word {
        "immutable" => FunctionKind::Immutable,
        "stable" => FunctionKind::Stable,
        "volatile" => FunctionKind::Volatile,
        _ => FunctionKind::Unknown,
    }
}

/// Tells how the value of a function changes, by its name in lower case. In a schema of one's own,
/// only a name whose value changes with each call is known.
pub fn function_kind(name: &str) -> FunctionKind {
    let (schema, name) = name.rsplit_once('.').unwrap_or(("pg_catalog", name));
    let known = KNOWN.get(name).copied();
    if !matches!(schema, "pg_catalog" | "public" | "extensions" | "sys") {
        return known
            .filter(|kind| *kind == FunctionKind::Volatile)
            .unwrap_or(FunctionKind::Unknown);
    }
    known.unwrap_or_else(|| match PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        true => FunctionKind::Immutable,
        false => FunctionKind::Unknown,
    })
}

/// Tells whether a function is known to write nothing, by its name in lower case: PostgreSQL lets
/// none that is stable or immutable write (38.7 of the manual).
pub fn is_reader(name: &str) -> bool {
    let unqualified = name.rsplit('.').next().unwrap_or(name);
    match function_kind(name) {
        FunctionKind::Immutable | FunctionKind::Stable => true,
        FunctionKind::Volatile => {
            let listed =
                |names: &str| names.split_ascii_whitespace().any(|name| name == unqualified);
            listed(READERS)
                || listed(VOLATILE)
                || READING.iter().any(|prefix| unqualified.starts_with(prefix))
        }
        FunctionKind::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_as_volatile_as_the_catalogue_says() {
        let table = [
            ("txid_current", FunctionKind::Stable),
            ("concat", FunctionKind::Stable),
            ("pg_size_pretty", FunctionKind::Immutable),
            ("pg_sleep", FunctionKind::Volatile),
            ("pg_total_relation_size", FunctionKind::Volatile),
            ("array_shuffle", FunctionKind::Volatile),
            ("pg_catalog.now", FunctionKind::Stable),
            ("ext.uuid_generate_v4", FunctionKind::Volatile),
            ("levenshtein", FunctionKind::Immutable),
            ("app.now", FunctionKind::Unknown),
            ("my_id", FunctionKind::Unknown),
        ];
        for (name, kind) in table {
            assert_eq!(function_kind(name), kind, "{name}");
        }
    }

    #[test]
    fn what_only_reads_is_told_from_what_may_write() {
        for reader in ["now", "clock_timestamp", "pg_get_viewdef", "pg_sleep", "public.random"] {
            assert!(is_reader(reader), "{reader}");
        }
        for writer in ["nextval", "pg_catalog.setval", "lo_import", "pg_terminate_backend", "my_id"]
        {
            assert!(!is_reader(writer), "{writer}");
        }
    }
}
