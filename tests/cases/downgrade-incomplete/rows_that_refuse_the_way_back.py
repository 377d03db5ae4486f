# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "40c7b1e9f852"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Text(), nullable=False),
        sa.Column("b", sa.Text(), nullable=False),
        sa.Column("c", sa.Text(), nullable=False),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_nullable.py
import sqlalchemy as sa
from alembic import op

revision = "d95f3a60c718"
down_revision = "40c7b1e9f852"


def upgrade():
    op.alter_column("t", "a", nullable=True)
    op.drop_column("t", "c")  # expect: drop-column


def downgrade():
    op.add_column("t", sa.Column("c", sa.Text(), nullable=False))  # expect: downgrade-incomplete?
    op.alter_column("t", "a", nullable=False)  # expect: downgrade-incomplete?

# file: 3_filled.py
from alembic import op

revision = "0a84e6d1b3f7"
down_revision = "d95f3a60c718"


def upgrade():
    op.alter_column("t", "b", nullable=True)


def downgrade():
    op.execute("UPDATE t SET b = '' WHERE b IS NULL")
    op.alter_column("t", "b", nullable=False)
