"""Create and fill the colors"""
from alembic import op
import sqlalchemy as sa

revision = "40d7f2a8e3b9"
down_revision = None


def upgrade():
    colors = op.create_table("colors", sa.Column("name", sa.String(20), primary_key=True), sa.Column("rank", sa.Integer()))
    op.bulk_insert(colors, [{"name": "red"}, {"name": "blue"}])
    op.execute("UPDATE colors SET rank = 1")
    op.execute("DELETE FROM colors WHERE name = 'blue'")


def downgrade():
    op.drop_table("colors")
