"""Make comments"""
import sqlalchemy as sa
from alembic import op

revision = "9a680fa7a534"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("post_id", sa.Integer(), sa.ForeignKey("posts.id"), nullable=False),
    )


def downgrade():
    op.drop_table("comments")
