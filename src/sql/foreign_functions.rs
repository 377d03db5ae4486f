//! Functions that other databases bring along.
//!
//! Seen to be missing on PostgreSQL 15.18 (with its contrib modules), MariaDB 10.11 and SQLite
//! 3.40; those of MySQL by the manual of 8.0.

use crate::sql::dialect::Dialect;

/// Functions that PostgreSQL and its contrib modules do not have.
const NOT_IN_POSTGRESQL: &str = " ifnull isnull nvl nvl2 group_concat unix_timestamp from_unixtime \
    json_extract json_unquote json_contains date_format str_to_date \
    date_sub datediff timestampdiff curdate curtime utc_timestamp last_insert_id getdate \
    getutcdate newid dateadd datename len charindex patindex isnumeric strftime julianday \
    last_insert_rowid find_in_set substring_index sysdate \
    listagg instr locate lcase ucase rand json_valid json_insert json_replace total_changes ";

/// Functions that MySQL and MariaDB do not have.
const NOT_IN_MYSQL: &str = " gen_random_uuid uuid_generate_v4 string_agg array_agg unnest \
    generate_series date_trunc date_part to_timestamp to_tsvector jsonb_build_object \
    json_build_object jsonb_set jsonb_agg json_agg to_jsonb to_json row_to_json split_part \
    regexp_split_to_array array_length array_append array_remove clock_timestamp age initcap \
    btrim pg_sleep strftime julianday getdate newid isnumeric charindex random randomblob \
    last_insert_rowid set_config ";

/// Functions that SQLite does not have without an extension.
const NOT_IN_SQLITE: &str = " gen_random_uuid uuid_generate_v4 greatest least now array_agg unnest \
    date_trunc date_part to_char to_date to_timestamp to_tsvector jsonb_build_object \
    json_build_object jsonb_agg json_agg split_part regexp_replace md5 sha1 initcap btrim lpad rpad clock_timestamp age unix_timestamp from_unixtime str_to_date date_format \
    curdate getdate newid nvl uuid substring_index find_in_set setval nextval currval \
    set_config pg_sleep ";

/// Tells whether a database does not have a function, by its name in lower case.
pub fn is_missing(name: &str, dialect: Dialect) -> bool {
    let list = match dialect {
        Dialect::PostgreSql => NOT_IN_POSTGRESQL,
        Dialect::MySql | Dialect::MariaDb => NOT_IN_MYSQL,
        Dialect::Sqlite => NOT_IN_SQLITE,
        Dialect::SqlServer | Dialect::Oracle => return false,
    };
    list.split_ascii_whitespace().any(|missing| missing == name)
}

/// Functions of the extensions of PostgreSQL that migrations call most (contrib of 15.18).
const OF_EXTENSIONS: [(&str, &str); 7] = [
    (
        "uuid-ossp",
        " uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 ",
    ),
    (
        "pgcrypto",
        " gen_random_bytes gen_salt crypt digest hmac pgp_sym_encrypt pgp_sym_decrypt \
         pgp_pub_encrypt pgp_pub_decrypt ",
    ),
    ("unaccent", " unaccent "),
    ("pg_trgm", " similarity word_similarity strict_word_similarity show_trgm "),
    ("fuzzystrmatch", " levenshtein soundex metaphone dmetaphone "),
    ("tablefunc", " crosstab "),
    ("earthdistance", " ll_to_earth earth_box earth_distance "),
];

/// Returns the extension of PostgreSQL that brings a function along, by its name in lower case.
pub fn extension_of(name: &str) -> Option<&'static str> {
    let holds = |(_, names): &&(&str, &str)| names.split_ascii_whitespace().any(|own| own == name);
    OF_EXTENSIONS.iter().find(holds).map(|(extension, _)| *extension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::functions::{FunctionKind, function_kind};

    #[test]
    fn what_postgresql_has_is_not_called_missing() {
        assert!(is_missing("ifnull", Dialect::PostgreSql));
        assert!(!is_missing("coalesce", Dialect::PostgreSql));
        assert!(is_missing("now", Dialect::Sqlite) && !is_missing("now", Dialect::MySql));
        let all = NOT_IN_POSTGRESQL.split_ascii_whitespace();
        let unknown = all.filter(|name| function_kind(name) == FunctionKind::Unknown);
        assert!(unknown.count() < 8, "these are known to the table of functions");
    }
}
