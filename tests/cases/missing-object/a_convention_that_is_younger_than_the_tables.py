# file: ../env.py
from alembic import context
from sqlalchemy import MetaData

target_metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"})
context.configure(connection=None, target_metadata=target_metadata)

# file: 0001_tables.py
"""Made before the project had a naming convention: production calls the key notes_pkey"""
import sqlalchemy as sa
from alembic import op

revision = "9a41c7d02e6b"
down_revision = None


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )


def downgrade():
    op.drop_table("notes")

# upstream

# file: 0002_names.py
from alembic import op

revision = "1f8e3b50c9d7"
down_revision = "9a41c7d02e6b"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("ALTER TABLE notes RENAME CONSTRAINT notes_pkey TO pk_notes")
    op.execute("ALTER TABLE notes RENAME CONSTRAINT notes_slug_key TO uq_notes_slug")
    op.execute("ALTER TABLE notes RENAME CONSTRAINT notes_title_key TO uq_notes_title")  # expect: missing-object


def downgrade():
    op.execute("ALTER TABLE notes RENAME CONSTRAINT uq_notes_slug TO notes_slug_key")
    op.execute("ALTER TABLE notes RENAME CONSTRAINT pk_notes TO notes_pkey")
