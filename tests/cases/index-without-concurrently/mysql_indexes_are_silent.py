# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_revision.py
from alembic import op

revision = "c639db4660a9"
down_revision = None


def upgrade():
    op.create_index("ix_users_a", "users", ["a"])


def downgrade():
    op.drop_index("ix_users_a", table_name="users")
