import sqlalchemy as sa
from alembic import op

revision = "a31e50409feb"
down_revision = None


def upgrade():
    # Backup plan: the table is in the nightly dump of 2026-05-01
    op.drop_table("a")  # expect: drop-table?
    # Backup plan: none
    op.drop_table("b")  # expect: drop-table


def downgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
    )
    op.create_table(
        "b",
        sa.Column("id", sa.Integer(), primary_key=True),
    )
