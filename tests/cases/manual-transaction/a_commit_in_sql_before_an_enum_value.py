# file: ../../requirements.txt
psycopg2==2.9.10

# file: 0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "f07b3d8e21c5"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("role", sa.Enum("admin", "guest", name="role"), nullable=False),
    )


def downgrade():
    op.drop_table("users")
    op.execute("DROP TYPE role")

# upstream
# file: 0002_role.py
from alembic import op

revision = "b61d9e70a34f"
down_revision = "f07b3d8e21c5"


def upgrade():
    op.execute("COMMIT")  # expect: manual-transaction?
    op.execute("ALTER TYPE role ADD VALUE 'owner'")
    op.execute("UPDATE users SET role = 'owner' WHERE role = 'admin'")  # expect: unbatched-data-migration?


def downgrade():
    op.execute("UPDATE users SET role = 'admin' WHERE role = 'owner'")
