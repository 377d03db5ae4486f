"""The questions to PostgreSQL's system catalogues, made from what a server says of its own.

Every catalogue that the server has is read, every column of it, and what is compared is all of that but `IGNORED`, where
each entry says why, and, up to PostgreSQL 13, what only a superuser reads. A catalogue or a column that a new version brings is compared from its first day on. References by oid
become names (`pg_get_catalog_foreign_keys`, PostgreSQL 14), expressions become SQL, privileges become words.
"""
import re

# Catalogues that say nothing of what a migration makes.
IGNORED_CATALOGUES = {
    "pg_authid": "roles are of the server; those that a migration makes are read from pg_roles",
    "pg_auth_members": "roles are of the server",
    "pg_database": "the scratch database itself",
    "pg_db_role_setting": "read by name below",
    "pg_depend": "said by the objects themselves; who owns a sequence is read below",
    "pg_shdepend": "said by the objects themselves",
    "pg_description": "read as the comment of each object",
    "pg_shdescription": "comments on databases and roles",
    "pg_enum": "read as the labels of each type",
    "pg_inherits": "read as the parents of each table",
    "pg_range": "read as a part of each type",
    "pg_partitioned_table": "read as the partition key of each table",
    "pg_attrdef": "read as the default of each column",
    "pg_sequence": "read as a part of each sequence",
    "pg_index": "read as a part of each index",
    "pg_init_privs": "what initdb and extensions granted",
    "pg_largeobject": "rows, not schema",
    "pg_largeobject_metadata": "rows, not schema",
    "pg_parameter_acl": "of the server",
    "pg_replication_origin": "of the server",
    "pg_seclabel": "nothing labels a scratch database",
    "pg_shseclabel": "nothing labels a scratch database",
    "pg_statistic": "statistics that ANALYZE gathers",
    "pg_statistic_ext_data": "statistics that ANALYZE gathers",
    "pg_subscription_rel": "state of replication",
    "pg_tablespace": "of the server",
}

# Columns that two databases with one schema may hold differently, or that another column says already.
IGNORED = {
    "pg_class": {
        "relname": "the name", "relnamespace": "the name", "reltype": "made with the table", "relfilenode": "a file",
        "relpages": "statistics", "reltuples": "statistics", "relallvisible": "statistics", "relallfrozen": "statistics",
        "reltoastrelid": "made with the table", "relhasindex": "unset by VACUUM only", "relnatts": "counted in columns",
        "relchecks": "counted in constraints", "relhasrules": "unset by VACUUM only", "relhastriggers": "unset by VACUUM only",
        "relhassubclass": "unset by VACUUM only", "relrewrite": "during a rewrite", "relfrozenxid": "transaction numbers",
        "relminmxid": "transaction numbers", "relisshared": "never of a user", "relispartition": "said by the bound",
        "relhasoids": "gone since PostgreSQL 12", "relpartbound": "read as SQL below",
    },
    "pg_attribute": {
        "attrelid": "the name", "attname": "the name", "attnum": "the order of columns", "attlen": "of the type",
        "attbyval": "of the type", "attalign": "of the type", "attcacheoff": "in memory", "atthasdef": "said by the default",
        "atthasmissing": "how ADD COLUMN keeps a default", "attmissingval": "how ADD COLUMN keeps a default",
        "attndims": "PostgreSQL does not hold arrays to it", "attisdropped": "such columns are left out",
        "attinhcount": "said by the parents", "attislocal": "stays set once a table was taken out of an inheritance", "atttypid": "read as the type below", "atttypmod": "read as the type below",
    },
    "pg_type": {
        "typname": "the name", "typnamespace": "the name", "typarray": "made with the type", "typrelid": "the columns are read",
        "typbasetype": "read as the base type below", "typtypmod": "read as the base type below", "typndims": "not held to",
        "typdefaultbin": "said by typdefault", "typlen": "of the base type", "typbyval": "of the base type",
        "typalign": "of the base type", "typinput": "of the base type", "typoutput": "of the base type",
        "typreceive": "of the base type", "typsend": "of the base type", "typmodin": "of the base type",
        "typmodout": "of the base type", "typanalyze": "of the base type", "typstorage": "of the base type",
        "typsubscript": "of the base type", "typisdefined": "true once it is whole", "typelem": "said by the name",
        "typcategory": "of the base type", "typispreferred": "of the base type", "typdelim": "of the base type",
    },
    "pg_proc": {
        "proname": "the name", "pronamespace": "the name", "prosrc": "in the definition", "probin": "in the definition",
        "prosqlbody": "in the definition", "proargdefaults": "in the definition", "proargtypes": "the name",
        "proallargtypes": "in the definition", "proargmodes": "in the definition", "proargnames": "in the definition",
        "prorettype": "in the definition", "provariadic": "in the definition", "prolang": "in the definition",
        "pronargs": "the name", "pronargdefaults": "in the definition", "protrftypes": "in the definition",
        "procost": "in the definition", "prorows": "in the definition", "proconfig": "in the definition",
        "prosecdef": "in the definition", "proleakproof": "in the definition", "proisstrict": "in the definition",
        "proretset": "in the definition", "provolatile": "in the definition", "proparallel": "in the definition",
        "prosupport": "in the definition",
    },
    "pg_constraint": {
        "conname": "the name", "connamespace": "the name", "conrelid": "the name", "contypid": "the name",
        "conindid": "made with the constraint, or of the key that it refers to", "conkey": "in the definition",
        "confkey": "in the definition", "confrelid": "in the definition", "conpfeqop": "in the definition",
        "conppeqop": "in the definition", "conffeqop": "in the definition", "conexclop": "in the definition",
        "conbin": "in the definition", "confupdtype": "in the definition", "confdeltype": "in the definition",
        "confdelsetcols": "in the definition", "confmatchtype": "in the definition", "condeferrable": "in the definition",
        "condeferred": "in the definition", "convalidated": "in the definition", "connoinherit": "in the definition",
        "conenforced": "in the definition", "conperiod": "in the definition", "coninhcount": "said by the parents",
        "conparentid": "said by the parents", "conislocal": "said by the parents", "contype": "in the definition",
    },
    "pg_trigger": {
        "tgname": "the name", "tgrelid": "the name", "tgtype": "in the definition", "tgfoid": "in the definition",
        "tgattr": "in the definition", "tgargs": "in the definition", "tgnargs": "in the definition", "tgqual": "in the definition",
        "tgdeferrable": "in the definition", "tginitdeferred": "in the definition", "tgconstrrelid": "in the definition",
        "tgconstrindid": "in the constraint", "tgconstraint": "in the constraint", "tgoldtable": "in the definition",
        "tgnewtable": "in the definition", "tgisinternal": "such triggers are left out", "tgparentid": "said by the parents",
    },
    "pg_rewrite": {
        "rulename": "the name", "ev_class": "the name", "ev_qual": "in the definition", "ev_action": "in the definition",
        "ev_type": "in the definition", "is_instead": "in the definition",
    },
    "pg_policy": {"polname": "the name", "polrelid": "the name", "polqual": "read as SQL", "polwithcheck": "read as SQL"},
    "pg_statistic_ext": {
        "stxname": "the name", "stxnamespace": "the name", "stxrelid": "in the definition", "stxkeys": "in the definition",
        "stxkind": "in the definition", "stxexprs": "in the definition",
    },
    "pg_publication_rel": {"prpubid": "the name", "prrelid": "the name", "prqual": "read as SQL", "prattrs": "read as names"},
    "pg_extension": {"extconfig": "made by the extension", "extcondition": "made by the extension", "extname": "the name"},
    "pg_namespace": {"nspname": "the name"},
    "pg_aggregate": {"aggfnoid": "the name"},
    "pg_ts_config_map": {"mapcfg": "the name"},
}

# What an object holds besides the columns of its catalogue. `c` is the row.
BESIDE = {
    "pg_class": {
        "toast options": "(SELECT array_to_string(t.reloptions, ', ') FROM pg_class t WHERE t.oid = c.reltoastrelid)",
        "partition key": "pg_get_partkeydef(c.oid)",
        "partition bound": "pg_get_expr(c.relpartbound, c.oid)",
        "parents": "(SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid)",
        "definition": "CASE WHEN c.relkind IN ('v','m') THEN pg_get_viewdef(c.oid) WHEN c.relkind IN ('i','I') THEN pg_get_indexdef(c.oid) END",
        "index state": """(SELECT nullif(concat_ws(' ', CASE WHEN NOT indisvalid THEN 'INVALID' END, CASE WHEN NOT indisready THEN 'not ready' END,
            CASE WHEN indisclustered THEN 'CLUSTER' END, CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END), '') FROM pg_index WHERE indexrelid = c.oid)""",
        "sequence": """(SELECT concat_ws(' ', format_type(seqtypid, NULL), 'START', seqstart, 'INCREMENT', seqincrement, 'MINVALUE', seqmin,
            'MAXVALUE', seqmax, 'CACHE', seqcache, CASE WHEN seqcycle THEN 'CYCLE' END) FROM pg_sequence WHERE seqrelid = c.oid)""",
        "owned by": """(SELECT r.relname||'.'||a.attname FROM pg_depend d JOIN pg_class r ON r.oid = d.refobjid JOIN pg_attribute a
            ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass
            AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a','i') AND d.refobjsubid > 0 LIMIT 1)""",
        "server and options": """(SELECT concat_ws(' ', srvname, array_to_string(ftoptions, ', ')) FROM pg_foreign_table
            JOIN pg_foreign_server s ON s.oid = ftserver WHERE ftrelid = c.oid)""",
    },
    "pg_attribute": {
        "type": "format_type(c.atttypid, c.atttypmod)",
        "default": "(SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid = c.attrelid AND d.adnum = c.attnum)",
    },
    "pg_type": {
        "base type": "CASE WHEN c.typtype = 'd' THEN format_type(c.typbasetype, c.typtypmod) END",
        "labels": "(SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = c.oid)",
        "range of": """(SELECT concat_ws(' ', format_type(rngsubtype, NULL), nullif(rngcollation::text, '0'), nullif(rngcanonical::text, '-'),
            nullif(rngsubdiff::text, '-')) FROM pg_range WHERE rngtypid = c.oid)""",
    },
    "pg_proc": {"definition": "CASE WHEN c.prokind IN ('f','p','w') THEN pg_get_functiondef(c.oid) END"},
    "pg_constraint": {"definition": "pg_get_constraintdef(c.oid)"},
    "pg_trigger": {"definition": "pg_get_triggerdef(c.oid)"},
    "pg_rewrite": {"definition": "pg_get_ruledef(c.oid)"},
    "pg_policy": {"using": "pg_get_expr(c.polqual, c.polrelid)", "with check": "pg_get_expr(c.polwithcheck, c.polrelid)"},
    "pg_statistic_ext": {"definition": "pg_get_statisticsobjdef(c.oid)"},
    "pg_publication_rel": {
        "where": "pg_get_expr(c.prqual, c.prrelid)",
        "columns": """(SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.prrelid
            AND attnum = ANY (c.prattrs::int2[]))""",
    },
}

# Rows that a user can see, where the number of an object does not tell.
WHERE = {
    "pg_class": "c.relkind NOT IN ('t') AND c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_')",
    "pg_attribute": "c.attnum > 0 AND NOT c.attisdropped AND c.attrelid >= 16384 AND EXISTS (SELECT 1 FROM pg_class k WHERE k.oid = c.attrelid AND k.relkind IN ('r','p','f','v','m','c') AND k.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_'))",
    "pg_namespace": "c.nspname !~ '^pg_' AND c.nspname <> 'information_schema'",
    "pg_type": "c.typtype IN ('b','d','e','r','c') AND NOT EXISTS (SELECT 1 FROM pg_class k WHERE k.oid = c.typrelid AND k.relkind <> 'c') AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = c.oid)",
    "pg_trigger": "NOT c.tgisinternal",
    "pg_rewrite": "c.rulename <> '_RETURN'",
    "pg_constraint": "c.contype <> 'n'",  # PostgreSQL 18 names each NOT NULL
    "pg_aggregate": "c.aggfnoid::oid >= 16384",
    "pg_ts_config_map": "c.mapcfg >= 16384",
}

# The names of catalogues without an oid.
IDENTITY = {
    "pg_attribute": ("pg_class", "c.attrelid", "c.attnum"),
    "pg_aggregate": ("pg_proc", "c.aggfnoid::oid", "0"),
}

# The kind of an object as `acldefault` takes it: no privileges at all is what such an object has by default.
DEFAULT_PRIVILEGES = {
    "relacl": ("(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END)", "c.relowner"), "typacl": ("'T'", "c.typowner"),
    "proacl": ("'f'", "c.proowner"), "nspacl": ("'n'", "c.nspowner"), "lanacl": ("'l'", "c.lanowner"),
    "fdwacl": ("'F'", "c.fdwowner"), "srvacl": ("'S'", "c.srvowner"),
}


class Catalogues:
    """The queries for a server, made once from what it says of its own catalogues."""

    def __init__(self, ask):
        self.columns = {}
        for table, column, kind, has_oid in ask(
            """SELECT c.relname, a.attname::text, a.atttypid::regtype::text, EXISTS (SELECT 1 FROM pg_catalog.pg_attribute o
            WHERE o.attrelid = c.oid AND o.attname = 'oid' AND o.attnum <> 0) FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relkind = 'r' AND c.relnamespace = 'pg_catalog'::regnamespace AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, a.attnum"""
        ):
            self.columns.setdefault((table, has_oid), []).append((column, kind))
        has_keys = ask("SELECT count(*) FROM pg_catalog.pg_proc WHERE proname = 'pg_get_catalog_foreign_keys'")[0][0]
        self.references = {}
        if has_keys:
            for table, column, target in ask(
                """SELECT split_part(fktable::text, '.', 1 + (position('.' in fktable::text) > 0)::int), fkcols[1],
                split_part(pktable::text, '.', 1 + (position('.' in pktable::text) > 0)::int)
                FROM pg_catalog.pg_get_catalog_foreign_keys() WHERE array_length(fkcols, 1) = 1"""
            ):
                self.references[(table, column)] = target

    def query(self):
        return " UNION ALL ".join(
            self.one(table, has_oid, columns) for (table, has_oid), columns in sorted(self.columns.items()) if table not in IGNORED_CATALOGUES
        )

    def one(self, table, has_oid, columns):
        # What an older server has no column for, it does not have.
        there = {column for column, _ in columns} | ({"oid"} if has_oid else set())
        beside = [(name, sql) for name, sql in BESIDE.get(table, {}).items() if there.issuperset(re.findall(r"\bc\.(\w+)", sql))]
        shown = ["%s AS \"%s\"" % (sql, name) for name, sql in beside]
        for column, kind in columns:
            if column == "oid" or column in IGNORED.get(table, {}):
                continue
            sql = self.value(table, column, kind)
            if sql:
                shown.append('%s AS "%s"' % (sql, column))
        where = [WHERE[table]] if table in WHERE else []
        known, oid, sub = IDENTITY.get(table, (table, "c.oid" if has_oid else None, "0"))
        if oid is None:
            names = "concat_ws(' ', %s)" % ", ".join(self.value(table, column, kind) or "NULL" for column, kind in columns)
            kind, identity, comment = "'%s'" % table[3:].replace("_", " "), names, "NULL"
        else:
            described = "pg_identify_object('%s'::regclass, %s, %s)" % (known, oid, sub)
            kind, identity = "(%s).type" % described, "(%s).identity" % described
            comment = "(SELECT description FROM pg_description d WHERE d.classoid = '%s'::regclass AND d.objoid = %s AND d.objsubid = %s)" % (known, oid, sub)
            if table not in ("pg_namespace", "pg_attribute", "pg_aggregate"):
                where.append("%s >= 16384" % oid)
            where.append("NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '%s'::regclass AND d.objid = %s AND d.deptype %s)" % (known, oid, "IN ('e','i')" if table in ("pg_proc", "pg_cast", "pg_type") else "= 'e'"))
        return "SELECT '%s' AS t, %s AS k, %s AS i, (SELECT to_jsonb(r)::text FROM (SELECT %s) r) AS v FROM pg_catalog.%s c WHERE %s" % (
            table, kind, identity, ", ".join(shown + ['%s AS "comment"' % comment]), table, " AND ".join(where) or "true",
        )

    def value(self, table, column, kind):
        """A column as text that another database would show as well; nothing where there is none."""
        name = "c.%s" % column
        target = self.references.get((table, column))
        if kind == "aclitem[]":
            default = DEFAULT_PRIVILEGES.get(column)
            acl = "coalesce(%s, acldefault(%s::\"char\", %s))" % (name, *default) if default else name
            return """(SELECT string_agg(who||': '||what, '; ' ORDER BY who) FROM (SELECT CASE WHEN grantee = 0 THEN 'PUBLIC'
                ELSE pg_get_userbyid(grantee) END AS who, string_agg(privilege_type||CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
                ', ' ORDER BY privilege_type) AS what FROM aclexplode(%s) GROUP BY 1) x)""" % acl
        if kind == "pg_node_tree":
            return None
        if kind in ("oid", "regproc") and (target or kind == "regproc"):
            return "CASE WHEN %s::oid = 0 THEN NULL ELSE %s END" % (name, named(target or "pg_proc", "%s::oid" % name))
        if kind in ("oid[]", "oidvector") and target:
            return "(SELECT string_agg(%s, ', ' ORDER BY n) FROM unnest(%s::oid[]) WITH ORDINALITY u(o, n))" % (named(target, "o"), name)
        if kind in ("oid", "oid[]", "oidvector", "xid", "pg_lsn", "int2vector", "pg_ndistinct", "pg_dependencies", "pg_mcv_list"):
            return None
        if kind == '"char"' or kind == "name":
            return name + "::text"
        return name


def named(target, oid):
    """An object of a catalogue by its name."""
    simple = {
        "pg_authid": "pg_get_userbyid(%s)", "pg_type": "format_type(%s, NULL)", "pg_class": "(%s)::regclass::text",
        "pg_proc": "(%s)::regprocedure::text", "pg_namespace": "(%s)::regnamespace::text", "pg_operator": "(%s)::regoperator::text",
        "pg_am": "(SELECT amname FROM pg_am WHERE oid = %s)", "pg_tablespace": "(SELECT spcname FROM pg_tablespace WHERE oid = %s)",
        "pg_language": "(SELECT lanname FROM pg_language WHERE oid = %s)", "pg_database": "(SELECT datname FROM pg_database WHERE oid = %s)",
        "pg_collation": "(SELECT collname FROM pg_collation WHERE oid = %s)",
    }
    return simple.get(target, "(pg_identify_object('%s'::regclass, %%s, 0)).identity" % target) % oid
