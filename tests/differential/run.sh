#!/usr/bin/env bash
# Holds `safe-migration operations` against the real Alembic, for a folder that is a git repository.
#
#   tests/differential/run.sh FOLDER [DIALECT]
#
# SAFE_MIGRATION is the program (default: what cargo built), SAFE_MIGRATION_PYTHON a Python with Alembic and SQLAlchemy.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd)
program=${SAFE_MIGRATION:-$here/../../target/debug/safe-migration}
python=${SAFE_MIGRATION_PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$folder" && "$program" operations --format json) >"$work/ours.json"
"$python" -c 'import json, sys
print("\n".join(row["path"] for row in json.load(sys.stdin)["migrations"]))' <"$work/ours.json" >"$work/paths"
"$python" "$here/record.py" "$folder" "${2:-postgresql}" <"$work/paths" >"$work/recorded"
"$python" "$here/compare.py" "$work/recorded" "$work/ours.json"
