import sqlalchemy as sa
from alembic import op

revision = "075b904b491e"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("a", sa.Integer(), unique=True))  # expect: unique-constraint-scan?
    op.add_column("users", sa.Column("b", sa.Integer(), sa.CheckConstraint("b > 0", name="b_positive")))  # expect: check-without-not-valid?
    op.add_column("users", sa.Column("c", sa.Integer(), sa.CheckConstraint("c > 0", name="c_positive"), server_default="1"))  # expect: check-without-not-valid


def downgrade():
    op.drop_column("users", "c")
    op.drop_column("users", "b")
    op.drop_column("users", "a")
