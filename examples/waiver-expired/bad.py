"""Create the labels table"""
from alembic import op
import sqlalchemy as sa

revision = "8a41f0c9d37b"
down_revision = None


def upgrade():
    op.create_table("labels", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(50)))
    # safe-migration: allow index-without-concurrently -- the table is created here until=2024-06-30
    op.create_index("ix_labels_name", "labels", ["name"])


def downgrade():
    op.drop_table("labels")
