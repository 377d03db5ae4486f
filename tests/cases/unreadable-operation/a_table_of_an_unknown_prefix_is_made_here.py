# file: 0001_make.py
import sqlalchemy as sa
from alembic import op

revision = "b3d07fb6a819"
down_revision = None


def upgrade():
    prefix = op.get_context().opts["table_prefix"]
    op.create_table(  # expect: unreadable-operation?
        f"{prefix}account",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("slug", sa.Text),
    )
    op.create_index(f"{prefix}slug", f"{prefix}account", ["slug"])  # expect: unreadable-operation?


def downgrade():
    prefix = op.get_context().opts["table_prefix"]
    op.drop_table(f"{prefix}account")  # expect: unreadable-operation?
