# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: 1_fields.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table("fields", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("fields")

# upstream
# file: 2_notes.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.create_table(  # expect: foreign-key-locks-referenced-table?
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), index=True),
        sa.ForeignKeyConstraint(["user_id"], ["members.id"]),
    )
    op.add_column("notes", sa.Column("kind", postgresql.ENUM("a", "b", name="kinds")))  # expect: enum-type-not-created?


def downgrade():
    op.drop_table("notes")
