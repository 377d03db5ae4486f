# file: 0001_pairs.py
"""PostgreSQL makes no UNIQUE over the columns of the primary key, and says nothing of it"""
import sqlalchemy as sa
from alembic import op

revision = "c5e1f07a93d2"
down_revision = None


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.UniqueConstraint("id", name="uq_notes_id"),
        sa.UniqueConstraint("slug", name="uq_notes_slug"),
    )


def downgrade():
    op.drop_table("notes")

# upstream

# file: 0002_what_is_there.py
"""The name is free, the constraint is not there, and the other is"""
import sqlalchemy as sa
from alembic import op

revision = "08b7d2f4c6e1"
down_revision = "c5e1f07a93d2"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint("uq_notes_id", "notes")  # expect: missing-object
    op.create_unique_constraint("uq_notes_slug", "notes", ["slug"])  # expect: existing-object
    op.create_unique_constraint("uq_notes_id", "notes", ["id"])  # expect: unique-constraint-scan


def downgrade():  # expect: downgrade-incomplete?
    op.drop_constraint("uq_notes_id", "notes")
