# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "b7d03e1c58f2"
down_revision = None


def upgrade():
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("new", "old", name="state"), nullable=True),
    )


def downgrade():
    op.drop_table("people")
    op.execute("DROP TYPE state")

# upstream

# file: 0002_more.py
"""The plug-in asks the server for the default, which may be none"""
import alembic_postgresql_enum
from alembic import op

revision = "4c9e62a0f7d1"
down_revision = "b7d03e1c58f2"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.sync_enum_values("public", "state", ["new", "old", "gone"], [("people", "state")], enum_values_to_rename=[])  # expect: column-type-change


def downgrade():
    op.sync_enum_values("public", "state", ["new", "old"], [("people", "state")], enum_values_to_rename=[])

# file: 0003_and_more.py
import alembic_postgresql_enum
from alembic import op
from alembic_postgresql_enum import TableReference

revision = "e18a5b03d6c4"
down_revision = "4c9e62a0f7d1"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.sync_enum_values(  # expect: column-type-change
        "public",
        "state",
        ["new", "old", "gone", "back"],
        [TableReference(table_schema="public", table_name="people", column_name="state")],
        enum_values_to_rename=[],
    )


def downgrade():
    op.sync_enum_values("public", "state", ["new", "old", "gone"], [("people", "state")], enum_values_to_rename=[])
