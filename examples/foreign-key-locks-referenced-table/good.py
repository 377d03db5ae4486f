"""Make badges"""
import sqlalchemy as sa
from alembic import op

revision = "d7f1ca6bd76e"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "badges",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), index=True, nullable=False),
    )


def downgrade():
    op.drop_table("badges")
