"""Full names beside names"""
import sqlalchemy as sa
from alembic import op

revision = "1445fdea6f91"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("full_name", sa.String(200), nullable=True))


def downgrade():
    op.drop_column("users", "full_name")
