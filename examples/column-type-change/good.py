# file: 0001_a_wider_column_beside_the_old_one.py
"""A wider column beside the old one"""
import sqlalchemy as sa
from alembic import op

revision = "033662464aca"
down_revision = None


def upgrade():
    op.add_column("metrics", sa.Column("value_new", sa.BigInteger(), nullable=True))


def downgrade():
    op.drop_column("metrics", "value_new")

# upstream

# file: 0002_the_wider_column_takes_over.py
"""The wider column takes over"""
import sqlalchemy as sa
from alembic import op

revision = "121f98621bb9"
down_revision = "033662464aca"


def upgrade():
    # Backup plan: metrics.value stays in the nightly backups for 90 days
    op.drop_column("metrics", "value")
    op.alter_column("metrics", "value_new", new_column_name="value")


def downgrade():
    op.alter_column("metrics", "value", new_column_name="value_new")
    op.add_column("metrics", sa.Column("value", sa.Integer(), nullable=True))
