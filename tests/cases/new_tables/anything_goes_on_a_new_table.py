import sqlalchemy as sa
from alembic import op

revision = "7e78bfffba81"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("x", sa.Integer()),
    )
    op.create_index("ix_a_x", "a", ["x"])
    op.alter_column("a", "x", nullable=False)
    op.create_unique_constraint("uq_a_x", "a", ["x"])
    op.create_check_constraint("ck_a_x", "a", "x > 0")
    op.alter_column("a", "x", type_=sa.BigInteger())
    op.drop_column("a", "x")
    op.add_column("a", sa.Column("y", sa.Text(), nullable=False))


def downgrade():
    op.drop_table("a")
