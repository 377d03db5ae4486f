# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "1ed1b9c0a0f5"
down_revision = None


def upgrade():
    op.create_table(
        "clients",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.String(20)),
    )


def downgrade():
    op.drop_table("clients")

# file: 0002_revision.py
from alembic import op

revision = "60804c01762f"
down_revision = "1ed1b9c0a0f5"


def upgrade():
    op.rename_table("clients", "customers")


def downgrade():
    op.rename_table("customers", "clients")

# file: 0003_revision.py
from alembic import op

revision = "d5ac1b56c201"
down_revision = "60804c01762f"


def upgrade():
    op.rename_table("customers", "accounts")


def downgrade():
    op.rename_table("accounts", "customers")

# upstream

# file: 0004_revision.py
import sqlalchemy as sa
from alembic import op

revision = "6573ef2f33b9"
down_revision = "d5ac1b56c201"


def upgrade():
    op.alter_column("accounts", "title", type_=sa.String(40))


def downgrade():
    op.alter_column("accounts", "title", type_=sa.String(20))
