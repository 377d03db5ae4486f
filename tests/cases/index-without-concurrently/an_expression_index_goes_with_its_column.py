# file: 0001_affiliations.py
"""Create the affiliations"""
from alembic import op
import sqlalchemy as sa

revision = "f1b03c9de745"
down_revision = None


def upgrade():
    op.create_table("affiliations", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))


def downgrade():
    op.drop_table("affiliations")

# upstream

# file: 0002_other_names.py
"""Find affiliations by other names"""
from alembic import op
import sqlalchemy as sa

revision = "60ad7e215cb8"
down_revision = "f1b03c9de745"


def upgrade():
    op.add_column("affiliations", sa.Column("other_names", sa.Text()))
    op.execute("CREATE INDEX ix_fts ON affiliations USING gin (to_tsvector('simple', other_names || name))")  # expect: index-without-concurrently
    op.execute("CREATE INDEX ix_some ON affiliations (id) WHERE other_names IS NOT NULL")


def downgrade():
    # PostgreSQL drops the indexes along with the column.
    op.drop_column("affiliations", "other_names")
