# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "a6d38f1e0c72"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('calm')")
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.Text()),
        sa.Column("plain", sa.Text()),
    )
    op.execute("CREATE TABLE kinds (id integer, moods mood[])")
    op.execute("CREATE VIEW all_shops AS SELECT * FROM shops")
    op.add_column("shops", sa.Column("later", sa.Text(), nullable=True))


def downgrade():
    op.execute("DROP VIEW all_shops")
    op.drop_table("kinds")
    op.drop_table("shops")
    op.execute("DROP TYPE mood")

# upstream
# file: 2_drops.py
from alembic import op

revision = "18e7c4b2f9d5"
down_revision = "a6d38f1e0c72"


def upgrade():
    op.execute("DROP SEQUENCE shops_id_seq")  # expect: object-in-use
    op.execute("DROP TYPE mood")  # expect: object-in-use
    op.drop_column("shops", "code")  # expect: object-in-use
    op.drop_column("shops", "later")  # expect: drop-column


def downgrade():  # expect: missing-downgrade
    raise NotImplementedError
