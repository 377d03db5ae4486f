"""Create the languages table"""
from alembic import op
import sqlalchemy as sa

revision = "add_the_preferred_language_to_customers"
down_revision = None


def upgrade():
    op.create_table("languages", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("languages")
