# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

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
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_quotes.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute('DELETE FROM t WHERE b = "pending"')  # expect: delete-rows?
    op.execute('DELETE FROM t WHERE "b" = "pending" AND nope = 1')  # expect: missing-object
    op.execute('UPDATE t SET "nick" = "b"')  # expect: missing-object


def downgrade():
    pass
