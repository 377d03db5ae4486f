//! What PostgreSQL's own functions return.

/// Returns the type of what PostgreSQL's own functions return, by its name in `pg_type`: of those
/// all of whose overloads return one (`pg_proc` of 15.18).
pub fn returned(function: &str) -> Option<&'static str> {
    Some(match function {
        "now"
        | "current_timestamp"
        | "clock_timestamp"
        | "statement_timestamp"
        | "transaction_timestamp" => "timestamptz",
        "localtimestamp" => "timestamp",
        "current_date" => "date",
        "current_time" => "timetz",
        "localtime" => "time",
        "gen_random_uuid" | "uuid_generate_v4" | "uuid_generate_v1" | "uuidv7" | "uuidv4" => "uuid",
        "nextval" | "txid_current" | "count" | "row_number" | "rank" | "dense_rank" => "int8",
        "random" | "date_part" => "float8",
        "char_length" | "character_length" | "octet_length" | "strpos" | "ascii"
        | "array_length" | "cardinality" | "jsonb_array_length" | "json_array_length" => "int4",
        "to_date" | "make_date" => "date",
        "to_timestamp" => "timestamptz",
        "make_interval" | "justify_interval" => "interval",
        "to_jsonb" | "jsonb_build_object" | "jsonb_set" | "jsonb_agg" | "jsonb_object_agg" => {
            "jsonb"
        }
        "to_json" | "json_build_object" | "json_agg" | "json_object_agg" => "json",
        "concat"
        | "concat_ws"
        | "format"
        | "to_char"
        | "replace"
        | "split_part"
        | "initcap"
        | "left"
        | "right"
        | "lpad"
        | "rpad"
        | "regexp_replace"
        | "array_to_string"
        | "repeat"
        | "translate"
        | "reverse"
        | "encode"
        | "jsonb_typeof"
        | "json_typeof"
        | "jsonb_extract_path_text"
        | "json_extract_path_text" => "text",
        "current_user" | "session_user" | "user" | "current_schema" => "name",
        "md5" => "text",
        _ => return None,
    })
}
