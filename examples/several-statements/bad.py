# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+asyncpg://localhost/app

# file: 1.py
"""Who may read the tables of reports
"""
from alembic import op

revision = "b8d25a6f90ce"
down_revision = None


def upgrade():
    op.execute("GRANT SELECT ON reports TO analyst; GRANT SELECT ON report_rows TO analyst")


def downgrade():
    op.execute("REVOKE SELECT ON reports FROM analyst")
    op.execute("REVOKE SELECT ON report_rows FROM analyst")
