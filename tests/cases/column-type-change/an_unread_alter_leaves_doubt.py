# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "471fe7f78df9"
down_revision = None


def upgrade():
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(20)),
    )


def downgrade():
    op.drop_table("notes")

# file: 0002_revision.py
from alembic import op
from elsewhere import load

revision = "f89a44e1c7eb"
down_revision = "471fe7f78df9"


def upgrade():
    op.execute("ALTER TABLE notes " + load())


def downgrade():
    pass  # unknown

# upstream

# file: 0003_revision.py
import sqlalchemy as sa
from alembic import op

revision = "6bccfd024632"
down_revision = "f89a44e1c7eb"


def upgrade():
    op.alter_column("notes", "title", type_=sa.String(40))  # expect: column-type-change?


def downgrade():
    op.alter_column("notes", "title", type_=sa.String(20))
