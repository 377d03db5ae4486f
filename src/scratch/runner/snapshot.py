"""What a database holds at one moment: every object with its definition, every table with a checksum per column.

Two snapshots are compared key by key. Queries go through the project's own SQLAlchemy and driver.
"""
import hashlib

# How many tables are asked for their rows in one statement.
AT_ONCE = 25

USER = "{0} !~ '^pg_' AND {0} <> 'information_schema'"

POSTGRESQL = {
    "schema": "SELECT nspname, '' FROM pg_namespace n WHERE " + USER.format("nspname"),
    "extension": "SELECT extname, extversion FROM pg_extension",
    "table": """SELECT n.nspname||'.'||c.relname, concat_ws(' ', c.relkind::text, c.relpersistence::text, c.relrowsecurity,
        pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid), array_to_string(c.reloptions, ','), obj_description(c.oid, 'pg_class'),
        array_to_string(c.relacl, ','))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','f') AND """ + USER.format("n.nspname"),
    "column": """SELECT n.nspname||'.'||c.relname||'.'||a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT '||pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity::text, ''),
        'COLLATE '||nullif(co.collname, 'default'), '-- '||col_description(c.oid, a.attnum))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum LEFT JOIN pg_collation co ON co.oid = a.attcollation
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p','f','v','m','c') AND """ + USER.format("n.nspname"),
    "column order": """SELECT n.nspname||'.'||c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r','p') AND """ + USER.format("n.nspname") + " GROUP BY 1",
    "constraint": """SELECT coalesce(m.nspname||'.'||c.relname, n.nspname)||'.'||k.conname,
        pg_get_constraintdef(k.oid)||CASE WHEN k.convalidated THEN '' ELSE ' (not validated)' END
        FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace LEFT JOIN pg_class c ON c.oid = k.conrelid
        LEFT JOIN pg_namespace m ON m.oid = c.relnamespace WHERE k.contype <> 'n' AND """ + USER.format("n.nspname"),
    "index": """SELECT n.nspname||'.'||i.relname, pg_get_indexdef(i.oid)||CASE WHEN x.indisvalid THEN '' ELSE ' (INVALID)' END
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace WHERE """ + USER.format("n.nspname"),
    "sequence": "SELECT schemaname||'.'||sequencename, concat_ws(' ', data_type, start_value, min_value, max_value, increment_by, cycle) FROM pg_sequences",
    "enum type": """SELECT n.nspname||'.'||t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_type t
        JOIN pg_enum e ON e.enumtypid = t.oid JOIN pg_namespace n ON n.oid = t.typnamespace GROUP BY 1""",
    "type": """SELECT n.nspname||'.'||t.typname, t.typtype::text||coalesce(' '||format_type(nullif(t.typbasetype, 0), t.typtypmod), '')
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('d','c','r')
        AND NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c') AND """ + USER.format("n.nspname"),
    "view": """SELECT n.nspname||'.'||c.relname, c.relkind::text||' '||pg_get_viewdef(c.oid) FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v','m') AND """ + USER.format("n.nspname"),
    "function": """SELECT n.nspname||'.'||p.proname||'('||pg_get_function_identity_arguments(p.oid)||')',
        CASE WHEN p.prokind IN ('f','p') THEN md5(pg_get_functiondef(p.oid)) ELSE p.prokind::text END
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND """ + USER.format("n.nspname"),
    "trigger": """SELECT n.nspname||'.'||c.relname||'.'||t.tgname, pg_get_triggerdef(t.oid)||t.tgenabled::text FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal""",
    "policy": "SELECT schemaname||'.'||tablename||'.'||policyname, concat_ws(' ', permissive, roles::text, cmd, qual, with_check) FROM pg_policies",
}

MYSQL = {
    "table": """SELECT table_name, concat_ws(' ', table_type, engine, table_collation, nullif(table_comment, '')) FROM information_schema.tables
        WHERE table_schema = database()""",
    "column": """SELECT concat(table_name, '.', column_name), concat_ws(' ', column_type, if(is_nullable = 'NO', 'NOT NULL', NULL),
        concat('DEFAULT ', column_default), nullif(extra, ''), nullif(column_comment, '')) FROM information_schema.columns WHERE table_schema = database()""",
    "column order": """SELECT table_name, group_concat(column_name ORDER BY ordinal_position SEPARATOR ', ')
        FROM information_schema.columns WHERE table_schema = database() GROUP BY table_name""",
    "index": """SELECT concat(table_name, '.', index_name), concat(if(non_unique, '', 'UNIQUE '), group_concat(column_name ORDER BY seq_in_index))
        FROM information_schema.statistics WHERE table_schema = database() GROUP BY table_name, index_name, non_unique""",
    "constraint": """SELECT concat(k.table_name, '.', k.constraint_name), concat_ws(' ', c.constraint_type,
        group_concat(concat_ws('>', k.column_name, k.referenced_table_name, k.referenced_column_name) ORDER BY k.ordinal_position),
        concat('ON UPDATE ', r.update_rule, ' ON DELETE ', r.delete_rule))
        FROM information_schema.key_column_usage k JOIN information_schema.table_constraints c
        ON c.table_schema = k.table_schema AND c.table_name = k.table_name AND c.constraint_name = k.constraint_name
        LEFT JOIN information_schema.referential_constraints r ON r.constraint_schema = k.table_schema
        AND r.table_name = k.table_name AND r.constraint_name = k.constraint_name
        WHERE k.table_schema = database() GROUP BY k.table_name, k.constraint_name, c.constraint_type, r.update_rule, r.delete_rule
        UNION ALL SELECT concat(table_name, '.', constraint_name), concat('CHECK ', check_clause)
        FROM information_schema.check_constraints WHERE constraint_schema = database()""",
    "trigger": "SELECT trigger_name, concat_ws(' ', action_timing, event_manipulation, event_object_table, md5(action_statement)) FROM information_schema.triggers WHERE trigger_schema = database()",
    "view": "SELECT table_name, md5(view_definition) FROM information_schema.views WHERE table_schema = database()",
    "function": """SELECT concat(routine_type, ' ', routine_name), md5(routine_definition) FROM information_schema.routines
        WHERE routine_schema = database()""",
    "sequence": "SELECT table_name, '' FROM information_schema.tables WHERE table_schema = database() AND table_type = 'SEQUENCE'",
}

KINDS = set(POSTGRESQL) | set(MYSQL)


def ask(connection, sql):
    from sqlalchemy import text

    return [tuple(row) for row in connection.execute(text(sql.replace("\\", "\\\\").replace(":", "\\:"))).fetchall()]


def take(connection, backend):
    """Returns `{"objects": {key: definition}, "rows": {table: {"count": n, "columns": {name: checksum}}}}`."""
    from sqlalchemy import text

    if backend == "sqlite":
        return without_versions(sqlite_objects(connection), sqlite_rows(connection))
    queries = POSTGRESQL if backend == "postgresql" else MYSQL
    if backend == "mysql":
        connection.execute(text("SET SESSION group_concat_max_len = 1000000"))
    objects = {}
    for kind, query in queries.items():
        for key, definition in ask(connection, query):
            objects["%s %s" % (kind, key)] = str(definition or "")
    objects = {key: value for key, value in objects.items() if ".alembic_version" not in key and " alembic_version" not in key}
    rows = postgresql_rows(connection) if backend == "postgresql" else mysql_rows(connection)
    return without_versions(objects, rows)


def without_versions(objects, rows):
    """A project names Alembic's table as it likes (`version_table`): its only column is `version_num`."""
    order = "column order "
    for table in [key[len(order) :] for key, columns in objects.items() if key.startswith(order) and columns == "version_num"]:
        own = tuple("%s %s" % (kind, table) for kind in KINDS)
        ends = ("", "_pkc")  # the index of its primary key
        objects = {
            key: value for key, value in objects.items()
            if not key.startswith(tuple(name + "." for name in own)) and key not in {name + end for name in own for end in ends}
        }
        rows = {name: held for name, held in rows.items() if name != table}
    return {"objects": objects, "rows": rows}


def add(whole, other, database):
    """Adds the snapshot of another database, under its name."""
    for key, definition in other["objects"].items():
        kind = next(kind for kind in sorted(KINDS, key=len, reverse=True) if key.startswith(kind + " "))
        whole["objects"]["%s %s:%s" % (kind, database, key[len(kind) + 1 :])] = definition
    for table, rows in other["rows"].items():
        whole["rows"]["%s:%s" % (database, table)] = rows


# -- PostgreSQL ------------------------------------------------------------------------------------------------------------


def postgresql_rows(connection):
    tables = {}
    for schema, table, column in ask(
        connection,
        """SELECT n.nspname, c.relname, a.attname::text FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind = 'r' AND left(c.relname, 15) <> 'alembic_version' AND """ + USER.format("n.nspname") + " ORDER BY 1, 2, a.attnum",
    ):
        tables.setdefault((schema, table), []).append(column)
    rows, left = {}, list(tables.items())
    while left:
        some, left = left[:AT_ONCE], left[AT_ONCE:]
        sums = ask(connection, " UNION ALL ".join(sums_of(number, schema, table, columns) for number, ((schema, table), columns) in enumerate(some)))
        for number, count, checksums in sums:
            (schema, table), columns = some[number]
            rows["%s.%s" % (schema, table)] = {"count": count, "columns": dict(zip(columns, checksums))}
    return rows


def sums_of(number, schema, table, columns):
    """A query for the number of rows of a table, and a checksum of each column that no order of rows changes."""
    quoted = ['"%s"' % name.replace('"', '""') for name in (schema, table) + tuple(columns)]
    sums = ", ".join(
        "coalesce(sum(('x'||substr(md5(coalesce(%s::text, '~null~')), 1, 15))::bit(60)::bigint::numeric), 0)::text" % column
        for column in quoted[2:]
    )
    return "SELECT %d, count(*), ARRAY[%s]::text[] FROM %s.%s" % (number, sums, quoted[0], quoted[1])


# -- MySQL and MariaDB -------------------------------------------------------------------------------------------------------


def mysql_rows(connection):
    rows = {}
    tables = ask(connection, "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_type = 'BASE TABLE'")
    for (table,) in tables:
        if table.startswith("alembic_version"):
            continue
        columns = [name for (name,) in ask(connection, "SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name = '%s'" % table)]
        sums = "".join(", coalesce(sum(crc32(coalesce(cast(`%s` AS char), '~null~'))), 0)" % column for column in columns)
        row = ask(connection, "SELECT count(*)%s FROM `%s`" % (sums, table))[0]
        rows[table] = {"count": row[0], "columns": {name: str(value) for name, value in zip(columns, row[1:])}}
    return rows


# -- SQLite ------------------------------------------------------------------------------------------------------------------


def sqlite_tables(connection):
    rows = ask(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'alembic_version%'")
    return [name for (name,) in rows]


def sqlite_objects(connection):
    objects = {}
    for table in sqlite_tables(connection):
        objects["table %s" % table] = ""
        columns = ask(connection, 'PRAGMA table_xinfo("%s")' % table)
        objects["column order %s" % table] = ", ".join(column[1] for column in columns)
        for _, name, kind, not_null, default, primary, *_ in columns:
            words = [kind, "NOT NULL" if not_null else "", "DEFAULT %s" % default if default is not None else "", "PRIMARY KEY" if primary else ""]
            objects["column %s.%s" % (table, name)] = " ".join(word for word in words if word)
        for number, _, parent, here, there, on_update, on_delete, _ in ask(connection, 'PRAGMA foreign_key_list("%s")' % table):
            objects["constraint %s.%s" % (table, here)] = "FOREIGN KEY (%s) REFERENCES %s (%s) ON UPDATE %s ON DELETE %s" % (here, parent, there, on_update, on_delete)
        for _, name, unique, origin, partial in [row[:5] for row in ask(connection, 'PRAGMA index_list("%s")' % table)]:
            parts = ", ".join(str(part[2]) for part in ask(connection, 'PRAGMA index_info("%s")' % name))
            label = name if origin == "c" else "(%s)" % parts
            objects["index %s.%s" % (table, label)] = "%sINDEX (%s)%s" % ("UNIQUE " if unique else "", parts, " partial" if partial else "")
        for name, check in sqlite_checks(connection, table):
            objects["constraint %s.%s" % (table, name)] = check
    for kind, name, sql in ask(connection, "SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'trigger')"):
        objects["%s %s" % (kind, name)] = " ".join((sql or "").split())
    return objects


def sqlite_checks(connection, table):
    """CHECK constraints, which no pragma tells, out of the table's own SQL."""
    (sql,) = ask(connection, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '%s'" % table.replace("'", "''"))[0]
    flat, at = " ".join((sql or "").split()), 0
    while True:
        at = flat.upper().find("CHECK (", at)
        if at < 0:
            return
        depth, end = 0, at + 6
        for end in range(at + 6, len(flat)):
            depth += {"(": 1, ")": -1}.get(flat[end], 0)
            if depth == 0:
                break
        check = flat[at : end + 1]
        yield hashlib.md5(check.encode()).hexdigest()[:8], check
        at = end


def sqlite_rows(connection):
    rows = {}
    for table in sqlite_tables(connection):
        columns = [column[1] for column in ask(connection, 'PRAGMA table_info("%s")' % table)]
        names = ", ".join('quote("%s")' % column for column in columns)
        cells = ask(connection, 'SELECT %s FROM "%s"' % (names, table))
        sums = {name: str(sum(checksum(row[at]) for row in cells)) for at, name in enumerate(columns)}
        rows[table] = {"count": len(cells), "columns": sums}
    return rows


def checksum(cell):
    return int(hashlib.md5(str(cell).encode("utf-8", "replace")).hexdigest()[:15], 16)


# -- comparing ---------------------------------------------------------------------------------------------------------------


def schema_differences(before, after):
    """Objects that differ: `{"object", "before", "after"}`, either of them null where it was not there."""
    before, after = before["objects"], after["objects"]
    keys = sorted(set(before) | set(after))
    return [
        {"object": key, "before": before.get(key), "after": after.get(key)} for key in keys if before.get(key) != after.get(key)
    ]


def row_differences(before, after):
    """Tables and columns that hold something else: `{"table", "column", "what", "before", "after"}`."""
    found = []
    for table, old in sorted(before["rows"].items()):
        new = after["rows"].get(table)
        if new is None:
            if old["count"]:
                found.append({"table": table, "column": None, "what": "table lost", "before": old["count"], "after": 0})
            continue
        if old["count"] != new["count"]:
            found.append({"table": table, "column": None, "what": "row count", "before": old["count"], "after": new["count"]})
            continue
        for column, value in old["columns"].items():
            if not old["count"]:
                continue
            if column not in new["columns"]:
                found.append({"table": table, "column": column, "what": "column lost", "before": old["count"], "after": 0})
            elif new["columns"][column] != value:
                found.append({"table": table, "column": column, "what": "values changed", "before": old["count"], "after": new["count"]})
    return found
