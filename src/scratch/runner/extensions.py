"""Extensions that only a superuser may make: a function of the scratch database makes those that reach nothing outside of it."""
import re

NAME = r'("(?:[^"]|"")+"|[A-Za-z_][\w$-]*)'
CREATE = re.compile(
    r"(?P<start>^|;)(?P<room>\s*(?:(?:--[^\n]*\n|/\*.*?\*/)\s*)*)CREATE\s+EXTENSION\s+(?P<quiet>IF\s+NOT\s+EXISTS\s+)?" + NAME.replace("(", "(?P<name>", 1)
    + r"(?:\s+WITH\b)?(?:\s+SCHEMA\s+" + NAME.replace("(", "(?P<schema>", 1) + r")?(?:\s+VERSION\s+(?:'[^']*'|[\w.\"]+))?(?P<cascades>\s+CASCADE)?\s*(?=;|$)",
    re.I | re.S,
)
# What a plain role that owns its database may make by itself (`trusted`, PostgreSQL 13 and later).
TRUSTED = frozenset(
    """btree_gin btree_gist citext cube dict_int fuzzystrmatch hstore intarray isn lo ltree pg_trgm pgcrypto plpgsql seg tablefunc tcn
    tsm_system_rows tsm_system_time unaccent uuid-ossp""".split()
)


def instead(statement, version):
    """A statement that makes extensions, as the role of the scratch database can say it."""

    def call(found):
        name, schema = plain(found.group("name")), found.group("schema")
        if version >= 130000 and name in TRUSTED:
            return found.group()
        where = quoted(plain(schema)) if schema else "current_schema()"
        flags = ["true" if found.group(flag) else "false" for flag in ("quiet", "cascades")]
        return "%s%sSELECT pg_catalog.safe_migration_extension(%s, %s, %s, %s)" % (found.group("start"), found.group("room"), quoted(name), where, *flags)

    return CREATE.sub(call, statement)


def said(cursor, statement):
    """The statement for a server: one that somebody else runs has no such function."""
    if not re.search(r"CREATE\s+EXTENSION", statement, re.I):
        return statement
    cursor.execute("SELECT current_setting('server_version_num')::int, to_regproc('pg_catalog.safe_migration_extension') IS NOT NULL")
    row = cursor.fetchone()
    version, has_function = row.values() if hasattr(row, "values") else row
    return instead(statement, version) if has_function else statement


def plain(name):
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()


def quoted(text):
    return "'%s'" % text.replace("'", "''")
