# file: ../../safe-migration.toml
[load-id]
tables = ["fact_*"]
column = "batch_id"
references = "batches.id"

[[required-columns]]
tables = ["*"]
column = "created_at"
reason = "every row says when it came"

# file: 0001_a.py
"""Create the facts"""
from alembic import op
import sqlalchemy as sa

revision = "a0c6d94e8f17"
down_revision = None


def upgrade():
    op.create_table(  # expect: missing-load-id
        "fact_sales", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("created_at", sa.DateTime(timezone=True))
    )
    op.create_table("stores", sa.Column("id", sa.Integer(), primary_key=True))  # expect: missing-load-id


def downgrade():
    op.drop_table("stores")
    op.drop_table("fact_sales")
