import sqlalchemy as sa
from alembic import op

revision = "420f49a1d358"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table("m", sa.Column("a_id", sa.Integer(), sa.ForeignKey("a.id"), primary_key=True), sa.Column("b_id", sa.Integer(), sa.ForeignKey("b.id"), primary_key=True))  # expect: foreign-key-without-index?


def downgrade():
    op.drop_table("m")
