import sqlalchemy as sa
from alembic import op

revision = "0d2a309a4245"
down_revision = None


def upgrade():
    op.add_column("orders", sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id")))  # expect: foreign-key-without-not-valid?


def downgrade():
    op.drop_column("orders", "user_id")
