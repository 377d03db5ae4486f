# file: ../../app/__init__.py
"""The application."""

# file: ../../app/kinds.py
COLOURS = ("red",)

# file: ../../app/plain/words.py
"""A folder without `__init__.py` is a package, too."""
WORDS = ("a",)

# file: ../../app/speed.pyx
def run(): pass

# file: ../../requirements.txt
sqlalchemy==2.0.30

# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "f2a07d61c9b8"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("doc", sa.JSON()))


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_column.py
import sqlalchemy as sa
from alembic import op
from app.kinds import COLOURS
from app.kinds import SHAPES  # expect: undefined-name
from app.sizes import SIZES  # expect: undefined-name
from app import kinds
from app.plain import words
from app.plain.words import WORDS
from app.speed import run
from .helpers import widths  # expect: undefined-name

revision = "90be4c25d7f3"
down_revision = "f2a07d61c9b8"


def upgrade():
    bind = op.get_bind()
    row = bind.execute(sa.text("SELECT id FROM users")).first()
    print(row["id"])  # expect: wrong-arguments
    named = bind.execute(sa.text("SELECT id FROM users")).mappings().first()
    print(named["id"])
    bind.execute(sa.text("DELETE FROM users WHERE id IN :ids"), {"ids": [1, 2]})  # expect: wrong-arguments, delete-rows?
    bind.execute(sa.text("DELETE FROM users WHERE id IN :ids").bindparams(sa.bindparam("ids", expanding=True)), {"ids": [1, 2]})  # expect: delete-rows?
    plain = sa.Table("users", sa.MetaData(), sa.Column("id"), sa.Column("doc"))
    op.bulk_insert(plain, [{"id": 1, "doc": {"a": 1}}])  # expect: wrong-arguments
    typed = sa.table("users", sa.column("id"), sa.column("doc", sa.JSON()))
    op.bulk_insert(typed, [{"id": 2, "doc": {"a": 1}}])


def downgrade():
    op.execute("DELETE FROM users WHERE id IN (1, 2)")
