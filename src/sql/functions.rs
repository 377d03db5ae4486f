//! What is known of functions that databases bring along.

/// Functions that change with each call, or with each row.
const VOLATILE: &str = " clock_timestamp timeofday random random_normal setseed nextval currval lastval setval gen_random_uuid \
    uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 uuid_generate_v7 uuid_v7 gen_random_bytes gen_salt txid_current \
    pg_current_xact_id newid newsequentialid uuid uuid_short rand randomblob crypt ";

/// Functions that keep their value within one statement.
const STABLE: &str = " now current_timestamp current_date current_time localtime localtimestamp transaction_timestamp \
    statement_timestamp current_user session_user current_role user current_schema current_catalog current_database \
    current_setting sysdate utc_timestamp utc_date getdate getutcdate sysdatetime sysutcdatetime sysdatetimeoffset curdate \
    curtime unix_timestamp system_user suser_sname strftime datetime date time julianday unixepoch database schema version \
    timezone to_char to_date to_timestamp date_trunc date_part age extract now_utc to_tsvector ";

/// Functions whose value depends on their arguments alone, and that write nothing.
const IMMUTABLE: &str = " abs acos ascii asin atan atan2 avg btrim cardinality ceil ceiling char_length character_length chr \
    coalesce concat concat_ws convert_from convert_to cos cot count decode degrees div encode every exp factorial \
    first_value floor format gcd get_byte get_bit greatest hashtext hex initcap initcap lag last_value lcm lead least left length \
    ln log log10 lower lower_inc upper_inc lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz max md5 \
    min mod mode nth_value ntile nullif num_nonnulls num_nulls numnode octet_length overlay parse_ident percent_rank \
    percentile_cont percentile_disc pi position pow power quote_ident quote_literal quote_nullable radians rank dense_rank \
    repeat replace reverse right round row_number rpad rtrim scale sha224 sha256 sha384 sha512 digest hmac sign sin split_part sqrt \
    starts_with stddev stddev_pop stddev_samp strpos substr substring sum tan to_hex to_number translate trim trunc unistr \
    upper variance var_pop var_samp bool_and bool_or bit_and bit_or bit_length bit_count corr covar_pop covar_samp cume_dist \
    unnest generate_series generate_subscripts empty isempty int4range int8range numrange tsrange tstzrange daterange \
    range_merge multirange isfinite justify_days justify_hours justify_interval bit varchar char text int integer bigint \
    numeric date timestamp timestamptz interval boolean bool float4 float8 int2 int4 int8 jsonb json uuid_nil row host abbrev \
    broadcast family netmask network masklen hostmask inet_same_family set_masklen xmlagg xmlelement xmlforest xpath \
    setweight ts_rank ts_rank_cd ts_headline strip similarity word_similarity show_trgm levenshtein soundex metaphone unaccent \
    akeys avals hstore skeys svals each exist slice hstore_to_json hstore_to_jsonb array any all some grouping xmin ctid \
    if ifnull isnull iif nvl nvl2 decode2 group_concat listagg instr locate find_in_set elt field from_unixtime str_to_date \
    date_format date_add date_sub adddate subdate datediff timestampdiff timestampadd dateadd datepart datename day month year hour \
    minute second dayofweek dayofmonth dayofyear week weekday quarter last_day lcase ucase mid space strcmp substring_index \
    unhex inet_aton inet_ntoa uuid_to_bin bin_to_uuid crc32 sha1 sha2 total typeof printf quote glob like likelihood zeroblob \
    char_index charindex patindex len datalength convert cast try_cast try_convert parse isnumeric stuff string_agg replicate \
    checksum hashbytes eomonth datefromparts choose ";

/// Functions that read the database or its state and write nothing.
const READING: &str = " set_byte inet_client_addr inet_client_port inet_server_addr inet_server_port to_regclass to_regtype to_regproc \
    to_regprocedure to_regnamespace to_regrole to_regoper format_type obj_description col_description shobj_description \
    current_schemas current_query has_table_privilege has_schema_privilege has_column_privilege has_database_privilege \
    has_function_privilege has_sequence_privilege has_any_column_privilege pg_typeof pg_sleep pg_size_pretty pg_size_bytes \
    pg_total_relation_size pg_relation_size pg_table_size pg_indexes_size pg_database_size pg_column_size pg_tablespace_size \
    pg_backend_pid pg_postmaster_start_time pg_conf_load_time pg_encoding_to_char pg_client_encoding pg_my_temp_schema \
    pg_table_is_visible pg_type_is_visible pg_function_is_visible pg_describe_object pg_identify_object pg_blocking_pids \
    pg_options_to_table pg_relation_filenode pg_sequence_parameters pg_sequence_last_value pg_tablespace_location \
    pg_index_column_has_property pg_indexam_has_property pg_last_committed_xact pg_xact_commit_timestamp pg_ls_dir \
    pg_stat_file pg_has_role pg_listening_channels pg_timezone_names pg_partition_tree pg_partition_ancestors \
    pg_partition_root txid_current_snapshot txid_visible_in_snapshot row_to_json getdatabaseencoding postgis_version \
    postgis_full_version last_insert_id found_rows row_count connection_id last_insert_rowid changes total_changes \
    sqlite_version object_id object_name object_schema_name col_length col_name db_name db_id schema_id schema_name \
    scope_identity ident_current serverproperty columnproperty indexproperty type_id type_name sys_context userenv \
    hypertable_size timescaledb_information ";

/// Beginnings of names whose functions all read or compute.
const PREFIXES: [&str; 15] = [
    "json_",
    "jsonb_",
    "array_",
    "string_",
    "regexp_",
    "to_",
    "st_",
    "date_",
    "regr_",
    "pg_get_",
    "pg_is_",
    "pg_current_",
    "pg_stat_get_",
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

fn is_in(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == name)
}

/// Tells how the value of a function changes, by its name in lower case. In a schema of one's own,
/// only a name that an extension brings along is known.
pub fn function_kind(name: &str) -> FunctionKind {
    let (schema, name) = name.rsplit_once('.').unwrap_or(("pg_catalog", name));
    if !matches!(schema, "pg_catalog" | "public" | "extensions" | "sys") {
        return if is_in(VOLATILE, name) { FunctionKind::Volatile } else { FunctionKind::Unknown };
    }
    if is_in(VOLATILE, name) {
        FunctionKind::Volatile
    } else if is_in(STABLE, name) {
        FunctionKind::Stable
    } else if is_in(IMMUTABLE, name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        FunctionKind::Immutable
    } else if is_in(READING, name) {
        FunctionKind::Stable
    } else {
        FunctionKind::Unknown
    }
}

/// Tells whether a function is known to write nothing, by its name in lower case.
pub fn is_reader(name: &str) -> bool {
    const WRITERS: [&str; 3] = ["nextval", "setval", "setseed"];
    !WRITERS.contains(&name) && function_kind(name) != FunctionKind::Unknown
}
