# file: 1_readings.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import conv

revision = "a1d5709ef3c2"
down_revision = None
LONG = "ix_measurement_readings_calibrated_by_external_laboratory_identifier"


def upgrade():
    op.create_table(
        "measurement_readings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("laboratory", sa.Integer(), index=True),
        sa.UniqueConstraint("laboratory", name=conv("uq_" + LONG)),
    )
    op.create_index(op.f(LONG), "measurement_readings", ["laboratory", "id"])
    op.create_index(  # expect: name-too-long
        "by_laboratory_" + LONG, "measurement_readings", ["id", "laboratory"]
    )


def downgrade():
    op.drop_table("measurement_readings")
