"""One reading of a meter at a time
"""
from alembic import op
import sqlalchemy as sa

revision = "0f4bd7e16c83"
down_revision = None


def upgrade():
    op.create_table(
        "meter_readings",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint(
            "meter_id", "read_at", name="uq_meter_readings_meter_id_read_at"
        ),
    )


def downgrade():
    op.drop_table("meter_readings")
