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
            "meter_id", "read_at", name="uq_meter_readings_one_reading_of_a_meter_at_any_point_in_time_only"
        ),
    )


def downgrade():
    op.drop_table("meter_readings")
