"""Make alarms"""
from alembic import op
import sqlalchemy as sa

revision = "b93f05d7c2e6"
down_revision = None


def upgrade():
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("silent", sa.Boolean(), server_default=sa.text("0"), nullable=False),
    )


def downgrade():
    op.drop_table("alarms")
