"""What a PostgreSQL database holds, in the words of people: every object with its attributes, from the system catalogues."""
import json

from .catalogues import Catalogues

# How many sequences are asked in one statement.
AT_ONCE = 50
# How objects and attributes are called by people.
CALLED = {
    "table column": "column", "view column": "column", "materialized view column": "column", "foreign table column": "column",
    "composite type column": "column", "table constraint": "constraint", "domain constraint": "constraint", "schema": "schema",
    "default acl": "default privileges", "statistics object": "statistics", "publication relation": "publication table",
}
ATTRIBUTES = {
    "attnotnull": "NOT NULL", "attidentity": "identity", "attgenerated": "generated", "attcollation": "collation",
    "attstorage": "storage", "attstattarget": "statistics target", "attcompression": "compression", "attoptions": "options",
    "attacl": "privileges", "attislocal": "declared here", "attfdwoptions": "options", "relowner": "owner", "relam": "access method",
    "reltablespace": "tablespace", "relpersistence": "persistence", "relkind": "kind", "relrowsecurity": "row level security",
    "relforcerowsecurity": "forced row level security", "relispopulated": "populated", "relreplident": "replica identity",
    "relacl": "privileges", "reloptions": "options", "reloftype": "of type", "typowner": "owner", "typacl": "privileges",
    "typnotnull": "NOT NULL", "typdefault": "default", "typcollation": "collation", "typtype": "kind", "proowner": "owner",
    "proacl": "privileges", "prokind": "kind", "nspowner": "owner", "nspacl": "privileges", "tgenabled": "enabled",
    "ev_enabled": "enabled", "polcmd": "command", "polpermissive": "permissive", "polroles": "roles", "stxowner": "owner",
    "stxstattarget": "statistics target", "defaclacl": "privileges", "extversion": "version", "pubowner": "owner",
    "puballtables": "all tables", "pubinsert": "publishes INSERT", "pubupdate": "publishes UPDATE", "pubdelete": "publishes DELETE",
    "pubtruncate": "publishes TRUNCATE", "pubviaroot": "via root", "pubgencols": "publishes generated columns", "castcontext": "context",
    "castfunc": "function", "castmethod": "method", "collowner": "owner", "collprovider": "provider", "collisdeterministic": "deterministic",
    "collcollate": "LC_COLLATE", "collctype": "LC_CTYPE", "colliculocale": "locale", "colllocale": "locale", "collicurules": "rules",
    "collversion": "version", "evtevent": "event", "evtowner": "owner", "evtfoid": "function", "evtenabled": "enabled", "evttags": "tags",
    "extowner": "owner", "extnamespace": "schema", "fdwowner": "owner", "fdwacl": "privileges", "fdwoptions": "options", "srvowner": "owner",
    "srvtype": "type", "srvversion": "version", "srvacl": "privileges", "srvoptions": "options", "umoptions": "options", "lanowner": "owner",
    "lanacl": "privileges", "oprowner": "owner", "oprcode": "function", "oprcom": "commutator", "oprnegate": "negator", "oprrest": "RESTRICT",
    "oprjoin": "JOIN", "oprcanmerge": "MERGES", "oprcanhash": "HASHES", "oprresult": "result", "cfgowner": "owner", "cfgparser": "parser",
    "mapdict": "dictionary", "dictowner": "owner", "dictinitoption": "options", "aggtransfn": "SFUNC", "aggtranstype": "STYPE",
    "aggfinalfn": "FINALFUNC", "agginitval": "INITCOND", "aggcombinefn": "COMBINEFUNC", "opcdefault": "DEFAULT", "opckeytype": "STORAGE",
}
WORDS = {
    ("relpersistence", "p"): "permanent", ("relpersistence", "u"): "UNLOGGED", ("relpersistence", "t"): "temporary",
    ("relreplident", "d"): "DEFAULT", ("relreplident", "n"): "NOTHING", ("relreplident", "f"): "FULL", ("relreplident", "i"): "INDEX",
    ("attidentity", "a"): "ALWAYS", ("attidentity", "d"): "BY DEFAULT", ("attidentity", ""): None, ("attgenerated", ""): None,
    ("attgenerated", "s"): "STORED", ("attgenerated", "v"): "VIRTUAL", ("attcompression", ""): None,
    ("attcompression", "p"): "pglz", ("attcompression", "l"): "lz4", ("attstorage", "p"): "PLAIN",
    ("attstorage", "e"): "EXTERNAL", ("attstorage", "m"): "MAIN", ("attstorage", "x"): "EXTENDED", ("tgenabled", "O"): "yes",
    ("tgenabled", "D"): "DISABLED", ("tgenabled", "R"): "REPLICA", ("tgenabled", "A"): "ALWAYS", ("typdefault", ""): None,
    ("ev_enabled", "O"): "yes", ("ev_enabled", "D"): "DISABLED", ("ev_enabled", "R"): "REPLICA", ("ev_enabled", "A"): "ALWAYS",
    ("evtenabled", "O"): "yes", ("evtenabled", "D"): "DISABLED", ("evtenabled", "R"): "REPLICA", ("evtenabled", "A"): "ALWAYS",
    ("polcmd", "r"): "SELECT", ("polcmd", "a"): "INSERT", ("polcmd", "w"): "UPDATE", ("polcmd", "d"): "DELETE", ("polcmd", "*"): "ALL",
    ("castcontext", "e"): "explicit", ("castcontext", "a"): "AS ASSIGNMENT", ("castcontext", "i"): "AS IMPLICIT",
    ("castmethod", "f"): "function", ("castmethod", "b"): "WITHOUT FUNCTION", ("castmethod", "i"): "WITH INOUT",
    ("collprovider", "d"): "default", ("collprovider", "c"): "libc", ("collprovider", "i"): "icu", ("collprovider", "b"): "builtin",
    ("pubgencols", "n"): None, ("pubgencols", "s"): "stored",
}
# What stands there where nothing was set.
UNSET = {("attcollation", "default"), ("typcollation", "default"), ("attstattarget", -1), ("stxstattarget", -1), ("relreplident", "DEFAULT")}
TYPES = {"e": "enum type", "d": "domain", "r": "range type", "c": "composite type", "b": "type"}
# What is the same for every object of a kind.
NOISE = {
    "index": ("privileges", "owner", "replica identity", "populated", "persistence", "access method"),
    "sequence": ("replica identity", "populated", "persistence", "access method"), "view": ("replica identity", "populated", "persistence"),
    "table": ("populated",), "enum type": ("kind",), "domain": ("kind",), "range type": ("kind",), "composite type": ("kind",),
}

BY_SERVER = {}


def objects(ask):
    """Every object of a database: `{(kind, name): {attribute: text}}`."""
    ask("SELECT set_config('search_path', 'pg_catalog', true), set_config('timezone', 'UTC', true)")
    version = ask("SHOW server_version")[0][0]
    if version not in BY_SERVER:
        BY_SERVER[version] = Catalogues(ask).query()
    found, relations = {}, {}
    for table, kind, identity, content in ask.repeatedly("objects", BY_SERVER[version]):
        held = {}
        for column, value in json.loads(content).items():
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            shown = WORDS.get((column, shown), shown)
            if shown is not None and shown is not False and shown != "" and (column, shown) not in UNSET:
                held[ATTRIBUTES.get(column, column)] = "yes" if shown is True else str(shown)
        called = TYPES.get(held.get("kind"), "type") if kind == "type" else CALLED.get(kind, kind)
        if "roles" in held:
            held["roles"] = held["roles"].replace("unknown (OID=0)", "PUBLIC")
        for name in NOISE.get(called, ()):
            held.pop(name, None)
        # An aggregate stands in two catalogues, a composite type as well.
        found[(called, identity)] = dict(found.get((called, identity), {}), **held)
    for name, settings in ask("""SELECT coalesce((SELECT rolname FROM pg_roles WHERE oid = setrole), ''), array_to_string(setconfig, ', ')
            FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())"""):
        found[("setting of the database", name or "everybody")] = {"value": settings}
    for name, attributes in ask("SELECT rolname, concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil, rolconfig::text) FROM pg_roles WHERE oid >= 16384"):
        found[("role", name)] = {"attributes": attributes}
    return found


def positions(ask):
    """Where each sequence stands: the value that it would not give again."""
    names = ask("""SELECT n.nspname||'.'||c.relname, quote_ident(n.nspname)||'.'||quote_ident(c.relname), s.seqincrement FROM pg_catalog.pg_sequence s
        JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relpersistence <> 't' AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'SELECT') END ORDER BY 1""")
    found = {}
    for at in range(0, len(names), AT_ONCE):
        some = names[at : at + AT_ONCE]
        # A value that was set and not given yet comes next; the catalogue's view tells nothing of it.
        parts = ["SELECT %d, last_value - CASE WHEN is_called THEN 0 ELSE %d END FROM %s" % (number, step, full) for number, (_, full, step) in enumerate(some)]
        for number, value in ask(" UNION ALL ".join(parts)):
            name, _, step = some[number]
            found[name] = value if step > 0 else -value
    return found


def counters(_ask):
    return {}


def orders(ask):
    """The columns of each table in their order."""
    return dict(ask("""SELECT n.nspname||'.'||c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped WHERE c.relkind IN ('r','p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' GROUP BY 1"""))
