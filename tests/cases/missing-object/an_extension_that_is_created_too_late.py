# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer()),
        sa.Column("b", sa.String(20)),
        sa.Column("d", sa.Date()),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_change.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute("ALTER TABLE t ADD COLUMN path ltree")  # expect: missing-object
    op.execute("CREATE EXTENSION IF NOT EXISTS ltree")


def downgrade():
    op.execute("ALTER TABLE t DROP COLUMN path")
