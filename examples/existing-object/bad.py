# file: 0d9a4f7be163_make_tickets.py
"""Make tickets"""
from alembic import op
import sqlalchemy as sa

revision = "0d9a4f7be163"
down_revision = None


def upgrade():
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("priority", sa.Enum("low", "high", name="priority"), nullable=False),
    )


def downgrade():
    op.drop_table("tickets")
    op.execute("DROP TYPE priority")


# upstream
# file: 7b25d8c0f94e_make_tasks.py
"""Make tasks, with the priority of tickets"""
from alembic import op
import sqlalchemy as sa

revision = "7b25d8c0f94e"
down_revision = "0d9a4f7be163"


def upgrade():
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("priority", sa.Enum("low", "high", name="priority"), nullable=False),
    )


def downgrade():
    op.drop_table("tasks")
