"""helpers"""

from alembic import op
import sqlalchemy as sa

from app import migration_tools as tools
from app.migration_tools import add_audit_columns, timestamps

revision = "08hef778"
down_revision = "07lod889"
branch_labels = None
depends_on = None

def upgrade():
    op.create_table("audited", sa.Column("id", sa.Integer(), primary_key=True), *timestamps())
    for table in ["audited", "users"]:
        add_audit_columns(table)
    tools.add_audit_columns("things", actor="accounts.id")


def downgrade():
    tools.drop_audit_columns("things")
    op.drop_table("audited")
