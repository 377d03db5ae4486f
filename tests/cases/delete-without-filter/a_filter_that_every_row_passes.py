# file: 0001_make_the_tables.py
import sqlalchemy as sa
from alembic import op

revision = "9cb85bdc09f5"
down_revision = None


def upgrade():
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(80)),
    )


def downgrade():
    op.drop_table("members")

# upstream

# file: 0002_rows_go.py
from alembic import op

revision = "3fe0b1a47e16"
down_revision = "9cb85bdc09f5"


def upgrade():
    op.execute("DELETE FROM members WHERE id IS NOT NULL AND email IS NOT NULL")  # expect: delete-without-filter
    op.execute("DELETE FROM members WHERE phone IS NOT NULL")  # expect: delete-rows?
    with op.get_context().autocommit_block():
        op.execute("DROP DATABASE old_members")  # expect: drop-schema
