#!/usr/bin/env bash
# Holds `safe-migration check` against squawk, a linter of PostgreSQL's SQL, over projects that use Alembic.
#
#   tests/differential/squawk.sh [--number N] [--seed N] [--pg-version V] [--rows FILE] FOLDER...
#
# Each FOLDER is a git repository with its work tree. Of all their revisions N are chosen at random, the same ones for
# the same seed (300 and 20261122; 0: all). Each is rendered as the SQL that it alone would send and given to squawk,
# with every rule that squawk has. Prints a table by rule of squawk, and each hazard that one of the two tells alone;
# FILE receives every row as JSON.
#
# SAFE_MIGRATION is the program (default: what cargo built). Alembic, SQLAlchemy and squawk come from PyPI into
# target/squawk-python, unless SAFE_MIGRATION_PYTHON names a Python that has all three.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=$here/../../target
packages=(alembic==1.20.1 sqlalchemy==2.1.9 squawk-cli==2.70.0)
if [ -z "${SAFE_MIGRATION_PYTHON:-}" ]; then
    if [ "$(cat "$target/squawk-python/made-of" 2>/dev/null)" != "${packages[*]}" ]; then
        rm -rf "$target/squawk-python"
        python3 -m venv "$target/squawk-python"
        "$target/squawk-python/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}" >&2
        echo "${packages[*]}" >"$target/squawk-python/made-of"
    fi
    SAFE_MIGRATION_PYTHON=$target/squawk-python/bin/python
fi
export SAFE_MIGRATION=${SAFE_MIGRATION:-$target/debug/safe-migration}
exec "$SAFE_MIGRATION_PYTHON" "$here/hazards.py" "$@"
