"""Drop the last table of the archive, then the empty schema"""
import sqlalchemy as sa
from alembic import op

revision = "66eb2f07f36a"
down_revision = None


def upgrade():
    # Backup plan: archive.invoices is kept as parquet in cold storage for ten years
    op.drop_table("invoices", schema="archive")
    op.execute("DROP SCHEMA archive")


def downgrade():
    op.execute("CREATE SCHEMA archive")
    op.create_table("invoices", sa.Column("id", sa.Integer(), primary_key=True), schema="archive")
