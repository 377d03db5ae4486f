# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mssql+pyodbc://localhost/app

# file: 0001_revision.py
from alembic import op

revision = "446cde2aa898"
down_revision = None


def upgrade():
    op.create_index("ix_users_a", "users", ["a"])  # expect: index-without-concurrently?
    op.create_unique_constraint("uq_users_a", "users", ["a"])  # expect: unique-constraint-scan?


def downgrade():
    op.drop_constraint("uq_users_a", "users", type_="unique")
    op.drop_index("ix_users_a", table_name="users")
