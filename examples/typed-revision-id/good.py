"""Create the cards table"""
from alembic import op
import sqlalchemy as sa

revision = "9e4c70db3a15"
down_revision = None


def upgrade():
    op.create_table("cards", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("cards")
