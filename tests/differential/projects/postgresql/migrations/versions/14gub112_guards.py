"""guards"""

from alembic import op
import sqlalchemy as sa

revision = "14gub112"
down_revision = "13bi9223"
branch_labels = None
depends_on = None

def _has(table, column):
    return column in [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)]


def upgrade():
    if not _has("users", "maybe"):
        op.add_column("users", sa.Column("maybe", sa.Integer()))
    try:
        op.drop_index("ix_old", table_name="users")
    except Exception:
        pass
    inspector = sa.inspect(op.get_bind())
    tables = inspector.get_table_names()
    if "gone" in tables:
        op.drop_table("gone")
    op.add_column("users", sa.Column("sure", sa.Integer()))


def downgrade():
    op.drop_column("users", "sure")
