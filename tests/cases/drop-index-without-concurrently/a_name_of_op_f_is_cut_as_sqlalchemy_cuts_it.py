# file: 1_readings.py
import sqlalchemy as sa
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None


def upgrade():
    op.create_table(
        "measurement_readings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("calibrated_by_external_laboratory_identifier", sa.Integer()),
        sa.Column("day", sa.Date()),
    )
    op.create_index(
        op.f("ix_measurement_readings_calibrated_by_external_laboratory_identifier"),
        "measurement_readings",
        ["calibrated_by_external_laboratory_identifier"],
    )


def downgrade():
    op.drop_table("measurement_readings")

# upstream
# file: 2_index.py
from alembic import op

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"


def upgrade():
    op.drop_index(  # expect: drop-index-without-concurrently?
        "ix_measurement_readings_calibrated_by_external_laborato_88f1", table_name="measurement_readings"
    )


def downgrade():
    op.create_index(
        op.f("ix_measurement_readings_calibrated_by_external_laboratory_identifier"),
        "measurement_readings",
        ["calibrated_by_external_laboratory_identifier"],
    )
