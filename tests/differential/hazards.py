"""Compares what squawk says about the SQL of revisions with what `safe-migration check --all` says about the revisions.

`squawk.sh` runs this; it explains the arguments. Two findings are the same hazard where a rule of ours claims what the
rule of squawk names (`CLAIMS`) and both point at one statement, or at one table of one revision.
"""

import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile

# What a rule of squawk names, and which of our rules claim it.
CLAIMS = {
    "adding-field-with-default": ["table-rewrite"],
    "adding-foreign-key-constraint": ["foreign-key-without-not-valid", "foreign-key-locks-referenced-table"],
    "adding-not-nullable-field": ["not-null-on-existing-column", "not-null-without-default"],
    "adding-required-field": ["not-null-without-default"],
    "adding-serial-primary-key-field": ["primary-key-scan", "table-rewrite"],
    "ban-alter-generated-expression": ["table-rewrite"],
    "ban-alter-policy-condition": ["brief-exclusive-lock"],
    "ban-alter-policy-roles": ["brief-exclusive-lock"],
    "ban-alter-row-level-security": ["row-security-without-policy", "brief-exclusive-lock"],
    "ban-concurrent-index-creation-in-transaction": ["concurrently-in-transaction"],
    "ban-create-policy": ["brief-exclusive-lock"],
    "ban-disable-trigger": ["brief-exclusive-lock"],
    "ban-drop-column": ["drop-column", "column-type-change", "table-rewrite"],
    "ban-drop-constraint": ["drop-constraint", "drop-foreign-key"],
    "ban-drop-database": ["drop-schema"],
    "ban-drop-default": ["default-removed"],
    "ban-drop-domain": ["drop-routine-or-view"],
    "ban-drop-extension": ["drop-routine-or-view"],
    "ban-drop-function": ["drop-routine-or-view"],
    "ban-drop-policy": ["brief-exclusive-lock"],
    "ban-drop-schema": ["drop-schema"],
    "ban-drop-sequence": ["drop-routine-or-view"],
    "ban-drop-table": ["drop-table", "table-rewrite"],
    "ban-drop-trigger": ["brief-exclusive-lock"],
    "ban-drop-type": ["drop-routine-or-view"],
    "ban-drop-view": ["drop-routine-or-view"],
    "ban-set-schema": ["rename-table"],
    "ban-truncate-cascade": ["drop-cascade", "truncate-table"],
    "ban-uncommitted-transaction": ["manual-transaction"],
    "changing-column-type": ["column-type-change", "lossy-type-change", "table-rewrite"],
    "constraint-missing-not-valid": [
        "check-without-not-valid",
        "exclusion-constraint",
        "foreign-key-without-not-valid",
        "primary-key-scan",
        "unique-constraint-scan",
        "validate-in-same-transaction",
    ],
    "disallowed-unique-constraint": ["unique-constraint-scan"],
    "prefer-repack": ["table-rewrite"],
    "renaming-column": ["rename-column"],
    "renaming-object": ["rename-table", "rename-column"],
    "renaming-table": ["rename-table"],
    "require-concurrent-index-creation": ["index-without-concurrently"],
    "require-concurrent-index-deletion": ["drop-index-without-concurrently"],
    "require-concurrent-partition-detach": ["blocking-maintenance"],
    "require-concurrent-reindex": ["blocking-maintenance"],
    "require-lock-timeout": ["missing-lock-timeout"],
    "transaction-nesting": ["manual-transaction"],
}

# What squawk names and nobody claims here, and why not.
UNCLAIMED = {
    "ban-add-column": "an addition that running code does not see",
    "ban-add-composite-attribute": "an addition that running code does not see",
    "ban-add-enum-value": "an addition; using it too early is `enum-value-in-transaction`",
    "ban-alter-database-options": "a setting of the database, no migration of tables",
    "ban-alter-domain-with-add-constraint": "domains",
    "ban-alter-extension": "a setting of the database, no migration of tables",
    "ban-alter-function-options": "what functions do",
    "ban-alter-identity": "what sequences do",
    "ban-alter-role-options": "privileges",
    "ban-alter-sequence-values": "what sequences do",
    "ban-alter-system-options": "a setting of the server, no migration of tables",
    "ban-alter-view-options": "what views do",
    "ban-char-field": "taste",
    "ban-create-domain-with-constraint": "domains",
    "ban-detach-inheritance": "inheritance",
    "ban-drop-generated-expression": "what the column holds next",
    "ban-drop-index": "what the index served; its lock is `require-concurrent-index-deletion`",
    "ban-drop-not-null": "a widening: what was valid stays valid",
    "ban-duplicate-column-assignments": "PostgreSQL refuses it",
    "ban-new-write-restriction": "what running code writes is not in the SQL",
    "ban-replace-view-function": "what views and functions do",
    "ban-replica-identity": "replication",
    "ban-revoke": "privileges",
    "ban-set-default": "a widening: rows that leave the column out get a value",
    "identifier-too-long": "SQLAlchemy refuses or shortens such names itself",
    "prefer-bigint-over-int": "taste",
    "prefer-bigint-over-smallint": "taste",
    "prefer-identity": "taste",
    "prefer-robust-stmts": "taste where a transaction is around it; else `autocommit-not-alone`",
    "prefer-text-field": "taste",
    "prefer-timestamp-tz": "taste",
    "require-enum-value-ordering": "taste",
    "require-statement-timeout": "a statement that runs long is named by what makes it long",
    "require-table-schema": "taste",
    "unused-ignore": "a directive of squawk",
}

# What squawk keeps silent about unless it is asked.
ASKED_FOR = """ban-add-column ban-add-composite-attribute ban-add-enum-value ban-alter-database-options
ban-alter-extension ban-alter-function-options ban-alter-generated-expression ban-alter-policy-condition
ban-alter-policy-roles ban-alter-role-options ban-alter-row-level-security ban-alter-sequence-values
ban-alter-system-options ban-alter-view-options ban-create-policy ban-detach-inheritance ban-disable-trigger
ban-drop-index ban-drop-policy ban-drop-trigger ban-new-write-restriction ban-replace-view-function
ban-replica-identity ban-revoke ban-set-default require-table-schema""".split()

# Facts about env.py, which we tell once in a project and squawk at each statement.
ONCE = {"require-lock-timeout"}

# Facts about the transaction of a revision, which squawk tells at another statement than the one that makes them so.
WHOLE = {"transaction-nesting", "ban-uncommitted-transaction"}

NAMED = re.compile(
    r"\b(?:alter\s+table|truncate(?:\s+table)?|drop\s+table|create\s+table|\bon|update|into|reindex\s+table)\s+"
    r"(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?((?:\"[^\"]+\"|\w+)(?:\.(?:\"[^\"]+\"|\w+))?)",
    re.I,
)


def ask(folder, *arguments):
    program = os.environ["SAFE_MIGRATION"]
    ran = subprocess.run([program, "-C", folder, *arguments, "--format", "json"], capture_output=True, text=True)
    try:
        return json.loads(ran.stdout)
    except ValueError:
        sys.exit(f"{program} {' '.join(arguments)} in {folder} answers {ran.returncode}: {ran.stderr.strip()}")


def rendered(folder, paths, plain):
    here = os.path.dirname(os.path.abspath(__file__))
    command = [sys.executable, "-B", os.path.join(here, "render.py"), os.path.abspath(folder), *plain]
    ran = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True)
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    if len(rows) != len(paths):
        sys.exit(f"rendering of {folder} ends at {len(rows)} of {len(paths)} revisions: {ran.stderr.strip()[-600:]}")
    return {row["path"]: row for row in rows}


def transactional(folder, found):
    """Script locations whose env.py leaves each statement to commit by itself."""
    plain = set()
    for project in found["projects"]:
        path = os.path.join(folder, project["script_location"], "env.py")
        text = open(path, encoding="utf8").read() if os.path.exists(path) else ""
        if re.search(r"transactional_ddl\s*=\s*False|isolation_level\W+AUTOCOMMIT", text):
            plain.add(project["script_location"])
    return plain


# --- squawk -----------------------------------------------------------------------------------------------------


def squawked(pieces, inside, version, place):
    """What squawk says about the SQL of one revision: rows with the line of the revision and the table."""
    lines, sources = [], []
    whole = [{"line": None, "sql": "BEGIN;"}, *pieces, {"line": None, "sql": "COMMIT;"}] if inside else pieces
    for piece in whole:
        for line in piece["sql"].split("\n"):
            lines.append(line)
            sources.append(piece)
    with open(place, "w", encoding="utf8") as file:
        file.write("\n".join(lines) + "\n")
    squawk = os.path.join(os.path.dirname(sys.executable), "squawk")
    command = [squawk, "--reporter", "json", "--pg-version", version, *(f"--include={rule}" for rule in ASKED_FOR)]
    ran = subprocess.run([*command, place], capture_output=True, text=True, cwd=os.path.dirname(place))
    try:
        told = json.loads(ran.stdout or "[]")
    except ValueError:
        sys.exit(f"squawk answers {ran.returncode}: {ran.stderr.strip()[-600:]}")
    return [located(row, lines, sources) for row in told]


def located(row, lines, sources):
    at = min(row["line"], len(lines) - 1)
    piece = sources[at]
    first = at
    while first and sources[first - 1] is piece:
        first -= 1
    text = "\n".join(lines[first : row.get("line_end", at) + 1])
    tables = NAMED.findall(text)
    return {
        "rule": row["rule_name"],
        "line": piece["line"],
        "table": bare(tables[-1]) if tables else None,
        "sql": re.sub(r"\s+", " ", "\n".join(lines[at : row.get("line_end", at) + 1])).strip()[:200],
        "message": row["message"],
    }


def bare(table):
    return table.replace('"', "").split(".")[-1].lower() if table else None


# --- ours -------------------------------------------------------------------------------------------------------


def spoken(report):
    """Our findings by path; the notes of a finding speak for themselves at its place."""
    found = collections.defaultdict(list)
    for finding in [*report["findings"], *report["waived"]]:
        if finding["direction"] == "downgrade":
            continue
        for part in [finding, *finding.get("notes", [])]:
            found[finding["path"]].append(
                {
                    "rule": part["rule"],
                    "severity": part.get("severity"),
                    "line": finding["line"],
                    "end": finding["end_line"] or finding["line"],
                    "table": bare(finding["table"]),
                    "object": finding["object"],
                    "message": part["message"],
                }
            )
    return found


def nearness(theirs, ours):
    """How surely two findings are about one thing: the statement, the table, or only the revision."""
    if theirs["line"] and ours["line"] and ours["line"] <= theirs["line"] <= ours["end"]:
        return "statement"
    return "table" if theirs["table"] and theirs["table"] == ours["table"] else "revision"


def nearest(theirs, ours):
    order = ["statement", "table", "revision"]
    found = [nearness(theirs, one) for one in ours]
    return min(found, key=order.index) if found else None


# --- the comparison ---------------------------------------------------------------------------------------------


def chosen(migrations, seed, number):
    every = sorted(migrations)
    return random.Random(seed).sample(every, number) if 0 < number < len(every) else every


def compare(given):
    projects, migrations, work = {}, [], tempfile.mkdtemp()
    for folder in given.folders:
        name = os.path.basename(os.path.abspath(folder))
        report = ask(folder, "check", "--all", "--dialect", "postgresql")
        facts = ask(folder, "doctor")
        projects[name] = {
            "folder": folder,
            "spoken": spoken(report),
            "plain": transactional(folder, facts),
            "told": {finding["rule"] for finding in report["findings"]},
        }
        if not report["migrations"]:
            sys.exit(f"{folder}: there are no revisions; `safe-migration -C {folder} doctor` says what was looked for")
        migrations += [(name, row["path"]) for row in report["migrations"]]
    sample = chosen(migrations, given.seed, given.number)
    rows, manner = [], collections.Counter()
    failed = []
    for name, project in projects.items():
        paths = [path for owner, path in sample if owner == name]
        for path, one in rendered(project["folder"], paths, project["plain"]).items():
            manner[one["how"]] += 1
            if one["how"] == "failed" or one["lost"]:
                failed.append((name, path, one["error"] or f"{one['lost']} statements have no text"))
            theirs = squawked(one["pieces"], one["inside"], given.pg_version, os.path.join(work, "revision.sql"))
            rows += judged(name, path, one["how"], theirs, project)
    return sample, rows, manner, failed


def judged(name, path, how, theirs, project):
    """Rows of one revision: what both say, what only squawk says, what only we say."""
    ours = project["spoken"].get(path, [])
    rows, seen = [], set()
    for row in theirs:
        mark = (row["rule"], row["line"], row["table"], row["sql"])
        if mark in seen:
            continue
        seen.add(mark)
        claims = CLAIMS.get(row["rule"], [])
        same = [one for one in ours if one["rule"] in claims]
        near = nearest(row, same)
        if row["rule"] in ONCE and project["told"].intersection(claims):
            near = "project"
        if row["rule"] in WHOLE and near:
            near = "statement"
        who = "unclaimed" if not claims else "both" if near in ("statement", "table", "project") else "squawk"
        rows.append({"project": name, "path": path, "how": how, "who": who, "near": near, **row})
    for one in ours:
        same = [row for row in theirs if one["rule"] in CLAIMS.get(row["rule"], [])]
        if nearest_to(one, same):
            continue
        claimed = any(one["rule"] in rules for rules in CLAIMS.values())
        rows.append({"project": name, "path": path, "how": how, "who": "we" if claimed else "we alone", **one})
    return rows


def nearest_to(one, theirs):
    return any(row["rule"] in WHOLE or nearness(row, one) in ("statement", "table") for row in theirs)


def tell(sample, rows, manner, failed):
    print(f"{len(sample)} revisions: {manner['offline']} rendered offline, {manner['answered']} with empty answers, "
          f"{manner['failed']} not to their end")
    for name, path, why in failed:
        print(f"- not rendered whole: {name} {path}: {why}")
    print("\n| squawk | our rules | both | only squawk |\n| --- | --- | ---: | ---: |")
    counts = collections.Counter((row["rule"], row["who"]) for row in rows)
    for rule in CLAIMS:
        both, squawk = counts[rule, "both"], counts[rule, "squawk"]
        if both or squawk:
            asked = " (asked for)" if rule in ASKED_FOR else ""
            print(f"| {rule}{asked} | {', '.join(CLAIMS[rule])} | {both} | {squawk} |")
    print("\n| squawk, not claimed here | times | why not |\n| --- | ---: | --- |")
    for (rule, who), times in sorted(counts.items()):
        if who == "unclaimed":
            print(f"| {rule} | {times} | {UNCLAIMED.get(rule, 'squawk cannot read it')} |")
    print("\n| our rule, of a kind that squawk has | only we |\n| --- | ---: |")
    for (rule, who), times in sorted(counts.items()):
        if who == "we":
            print(f"| {rule} | {times} |")
    print("\n| our rule, of a kind that squawk has not | times |\n| --- | ---: |")
    for (rule, who), times in sorted(counts.items()):
        if who == "we alone":
            print(f"| {rule} | {times} |")
    print("\nOnly squawk:")
    alone = [row for row in rows if row["who"] == "squawk"]
    for (rule, name), times in sorted(collections.Counter((row["rule"], row["project"]) for row in alone).items()):
        if rule in ONCE:
            print(f"- {rule}: {name}, {times} times: its env.py or the revisions set one")
    for row in alone:
        if row["rule"] not in ONCE:
            print(f"- {row['rule']}: {row['project']} {row['path']}:{row['line']}: {row['sql']}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--pg-version", default="14.0")
    parser.add_argument("--rows")
    parser.add_argument("folders", nargs="+")
    given = parser.parse_args()
    sample, rows, manner, failed = compare(given)
    if given.rows:
        with open(given.rows, "w", encoding="utf8") as file:
            json.dump({"sample": sample, "rows": rows}, file, indent=1)
    tell(sample, rows, manner, failed)


main()
