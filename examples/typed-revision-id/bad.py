"""Create the cards table"""
from alembic import op
import sqlalchemy as sa

revision = "a1b2c3d4e5f6"
down_revision = None


def upgrade():
    op.create_table("cards", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("cards")
