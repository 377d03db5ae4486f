"""Create the tickets table"""
from alembic import op
import sqlalchemy as sa

revision = "72ac5e0d9f13"
down_revision = None


def upgrade():
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("open", "closed", name="ticket_state"), nullable=False),
    )


def downgrade():
    op.drop_table("tickets")
