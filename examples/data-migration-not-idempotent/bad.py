# file: 0001_holidays.py
"""Create the holidays table"""
from alembic import op
import sqlalchemy as sa

revision = "41b8e0d7c93a"
down_revision = None


def upgrade():
    op.create_table(
        "holidays",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
    )


def downgrade():
    op.drop_table("holidays")

# upstream

# file: 0002_new_year.py
"""Make New Year a holiday"""
from alembic import op

revision = "9d05c2f7b61e"
down_revision = "41b8e0d7c93a"


def upgrade():
    op.execute("INSERT INTO holidays (day, name) VALUES ('2026-01-01', 'New Year')")


def downgrade():
    op.execute("DELETE FROM holidays WHERE day = '2026-01-01'")
