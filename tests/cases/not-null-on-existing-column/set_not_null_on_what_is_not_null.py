# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "09a1f9290719"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(255), nullable=False),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "d0b68bd80644"
down_revision = "09a1f9290719"


def upgrade():
    op.alter_column("users", "email", existing_type=sa.String(255), nullable=False)


def downgrade():
    op.alter_column("users", "email", existing_type=sa.String(255), nullable=False)
