//! What functions of Python do with what they are given.
//!
//! A function that is listed in neither of these lists may call whatever it is handed, and what it
//! gives may hold it.

/// Tells whether a function looks at what it is given, calls none of it, and gives something that
/// holds none of it.
pub(crate) fn observes(name: &str) -> bool {
    let (module, _) = name.split_once('.').unwrap_or(("", name));
    matches!(module, "logging" | "warnings" | "math" | "time" | "uuid" | "datetime" | "decimal")
        || matches!(
            name,
            "isinstance"
                | "issubclass"
                | "hasattr"
                | "callable"
                | "len"
                | "id"
                | "hash"
                | "str"
                | "unicode"
                | "repr"
                | "ascii"
                | "format"
                | "bool"
                | "int"
                | "float"
                | "any"
                | "all"
                | "abs"
                | "round"
                | "ord"
                | "chr"
                | "hex"
                | "oct"
                | "bin"
                | "range"
                | "print"
                | "no_effect"
                | "setattr"
                | "exit"
                | "quit"
                | "sys.exit"
                | "copy.copy"
                | "json.dumps"
                | "sys.stdout.write"
                | "sys.stderr.write"
        )
}

/// Tells whether all that a function does with what it is given is read: it calls what Python
/// would call, or only keeps it.
pub(crate) fn is_modelled(name: &str) -> bool {
    let (module, function) = name.rsplit_once('.').unwrap_or(("", name));
    match module {
        "" => {
            matches!(
                function,
                "enumerate"
                    | "zip"
                    | "sorted"
                    | "reversed"
                    | "map"
                    | "filter"
                    | "min"
                    | "max"
                    | "sum"
                    | "list"
                    | "tuple"
                    | "set"
                    | "frozenset"
                    | "iter"
                    | "aiter"
                    | "next"
                    | "anext"
                    | "reduce"
                    | "dict"
                    | "getattr"
                    | "vars"
                    | "dir"
                    | "super"
                    | "type"
                    | "property"
                    | "staticmethod"
                    | "classmethod"
                    | "object"
                    | "divmod"
                    | "pow"
                    | "slice"
                    | "delattr"
                    | "exec"
                    | "eval"
                    | "compile"
                    | "globals"
                    | "locals"
            ) || function.ends_with("Error")
                || matches!(
                    function,
                    "Exception" | "BaseException" | "SystemExit" | "StopIteration"
                )
        }
        "functools" => matches!(
            function,
            "partial"
                | "partialmethod"
                | "wraps"
                | "update_wrapper"
                | "reduce"
                | "lru_cache"
                | "cache"
                | "cached_property"
                | "identity"
                | "rewrap"
                | "total_ordering"
                | "cmp_to_key"
        ),
        "itertools" | "itertools.chain" => !matches!(
            function,
            "takewhile" | "dropwhile" | "filterfalse" | "accumulate" | "groupby"
        ),
        "collections" | "typing" | "typing_extensions" | "abc" | "enum" => true,
        "dataclasses" => {
            matches!(function, "dataclass" | "field" | "asdict" | "astuple" | "replace" | "fields")
        }
        "contextlib" => matches!(
            function,
            "contextmanager" | "asynccontextmanager" | "suppress" | "nullcontext"
        ),
        "copy" | "object" | "_asdict" | "types.SimpleNamespace" => true,
        "types" => function == "SimpleNamespace",
        "asyncio" => matches!(
            function,
            "run" | "gather" | "wait_for" | "create_task" | "ensure_future" | "shield" | "sleep"
        ),
        "str" | "list" | "set" | "tuple" => true,
        "dict" => true,
        _ => false,
    }
}
