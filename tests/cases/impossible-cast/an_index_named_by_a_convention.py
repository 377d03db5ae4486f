# file: ../env.py
from alembic import context  # expect: missing-lock-timeout?
from somewhere import conventions
import sqlalchemy as sa

target_metadata = sa.MetaData(naming_convention=conventions())

context.configure(target_metadata=target_metadata)

# file: 0001_notes.py
import sqlalchemy as sa
from alembic import op

revision = "50e7b1c2f8a3"
down_revision = None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("notes", sa.Column("subject", sa.Text(), index=True))
    op.add_column("notes", sa.Column("kind", sa.Text(), index=True))


def downgrade():
    op.drop_table("notes")

# upstream
# file: 0002_json.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "d20a6b9f4e17"
down_revision = "50e7b1c2f8a3"


def upgrade():
    op.drop_index("ix_notes_subject")  # expect: drop-index-without-concurrently?
    op.alter_column("notes", "subject", type_=postgresql.JSON(), postgresql_using="subject::json")  # expect: lossy-type-change
    op.alter_column("notes", "kind", type_=postgresql.JSON(), postgresql_using="kind::json")  # expect: impossible-cast


def downgrade():
    op.alter_column("notes", "kind", type_=sa.Text())
    op.alter_column("notes", "subject", type_=sa.Text())
    op.create_index("ix_notes_subject", "notes", ["subject"])
