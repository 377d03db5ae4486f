#!/usr/bin/env bash
# Shows the main job from end to end, in a repository that is made for it and thrown away:
# a commit with a bad migration is blocked, the mended one is asked for a test, verified on a scratch database, and passes;
# and --no-verify is shown as what it is. Needs cargo, git and Python 3 (Alembic is fetched into a virtual environment).
# Leaves nothing behind but the build in target/.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
show() { printf '\033[2m$ %s\033[0m\n' "$*"; "$@"; }

say 'Building safe-migration (a minute or two, the first time)'
(cd "$here" && cargo build --quiet --locked)
target=${CARGO_TARGET_DIR:-$here/target}
export PATH="$target/debug:$PATH"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME="$folder" GIT_CONFIG_NOSYSTEM=1 SAFE_MIGRATION_CACHE="$folder/cache"
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
git config --global user.name Ada
git config --global user.email ada@example.com
git config --global init.defaultBranch main
git init --quiet "$folder/shop"
cd "$folder/shop"

say 'An Alembic project on SQLite, with one revision that is released'
echo .venv >.gitignore
tries=yes
if ! python3 -m venv .venv || ! .venv/bin/pip install --quiet --disable-pip-version-check alembic; then
    echo 'Alembic cannot be installed here, so the part that tries a migration on a database is left out'
    tries=no
    echo 'testing = "off"' >safe-migration.toml
fi
mkdir -p alembic/versions
cat >alembic.ini <<'END'
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///shop.db
END
cat >alembic/env.py <<'END'
from alembic import context
from sqlalchemy import engine_from_config

config = context.config
engine = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.")
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
END
cat >alembic/versions/3f1c9a7be204_make_users.py <<'END'
"""Make users"""
from alembic import op
import sqlalchemy as sa

revision = "3f1c9a7be204"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)))


def downgrade():
    op.drop_table("users")
END
git add .
git commit --quiet --message 'Make users'
git checkout --quiet -b add-email
show safe-migration install

say 'A migration that would stop the deployment'
migration=alembic/versions/8be42d07c1f6_add_email.py
cat >"$migration" <<'END'
"""Add the e-mail address of users"""
from alembic import op
import sqlalchemy as sa

revision = "8be42d07c1f6"
down_revision = "3f1c9a7be204"


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255), nullable=False))


def downgrade():
    pass
END
git add .
if show git commit --message 'Add the e-mail address of users'; then
    echo 'the commit went through, which it should not have' >&2
    exit 1
fi

say 'The same wish, done safely: nullable now, filled and tightened in later revisions'
cat >"$migration" <<'END'
"""Add the e-mail address of users"""
from alembic import op
import sqlalchemy as sa

revision = "8be42d07c1f6"
down_revision = "3f1c9a7be204"


def upgrade():
    op.add_column("users", sa.Column("email", sa.String(255), nullable=True))


def downgrade():
    with op.batch_alter_table("users") as users:
        users.drop_column("email")
END
git add .
if [ "$tries" = yes ]; then
    if show git commit --message 'Add the e-mail address of users'; then
        echo 'the commit went through untested, which it should not have' >&2
        exit 1
    fi

    say 'Nobody has tried it yet: upgrade, downgrade, upgrade again, on a database that is made for it'
    show safe-migration verify
fi
show git commit --quiet --message 'Add the e-mail address of users'
git log --oneline

say 'git commit --no-verify goes around every hook; what it let through is still found'
later=alembic/versions/c09d5e61fa37_drop_name.py
cat >"$later" <<'END'
"""Drop the name of users"""
from alembic import op

revision = "c09d5e61fa37"
down_revision = "8be42d07c1f6"


def upgrade():
    with op.batch_alter_table("users") as users:
        users.drop_column("name")


def downgrade():
    pass
END
git add .
show git commit --quiet --no-verify --message 'Drop the name of users'
if show safe-migration check --from main; then
    echo 'nothing was found, which there should have been' >&2
    exit 1
fi

say 'That is all: README.md says how to install it'
