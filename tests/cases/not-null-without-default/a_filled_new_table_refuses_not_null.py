import sqlalchemy as sa
from alembic import op

revision = "c42735b7610c"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
    )
    op.execute("INSERT INTO a (id) VALUES (1)")
    op.add_column("a", sa.Column("y", sa.Text(), nullable=False))  # expect: not-null-without-default


def downgrade():
    op.drop_table("a")
