# file: ../../safe-migration.toml
[load-id]
tables = ["*"]

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("load", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("load_id", sa.Integer, sa.ForeignKey("load.id"), index=True, nullable=False),
    )
    op.create_table(
        "friends",
        sa.Column("one", sa.Integer, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("other", sa.Integer, sa.ForeignKey("users.id"), primary_key=True, index=True),
    )


def downgrade():
    op.drop_table("friends")
    op.drop_table("users")
    op.drop_table("load")
