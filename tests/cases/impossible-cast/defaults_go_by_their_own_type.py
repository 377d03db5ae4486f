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
        sa.Column("a", sa.Text(), server_default=sa.text("1")),
        sa.Column("b", sa.Text(), server_default="1"),
        sa.Column("c", sa.Text(), server_default=sa.text("now()")),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_change.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute("ALTER TABLE t ALTER a TYPE integer USING a::integer")  # expect: lossy-type-change
    op.execute("ALTER TABLE t ALTER b TYPE integer USING b::integer")  # expect: impossible-cast
    op.execute("ALTER TABLE t ALTER c TYPE timestamptz USING c::timestamptz")  # expect: lossy-type-change


def downgrade():  # expect: missing-downgrade
    pass
