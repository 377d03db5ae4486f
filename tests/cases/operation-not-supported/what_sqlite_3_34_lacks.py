# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: ../../pyproject.toml
[tool.safe-migration]
server-version = "3.34"

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
# file: 2_newer.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.drop_column("t", "a")  # expect: operation-not-supported
    op.execute("DELETE FROM t WHERE id = 3 RETURNING id")  # expect: operation-not-supported, delete-rows?
    op.alter_column("t", "b", new_column_name="c")  # expect: rename-column?
    with op.batch_alter_table("t") as batch_op:
        batch_op.drop_column("c")  # expect: drop-column


def downgrade():  # expect: missing-downgrade
    pass
