# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "d3f60b18c7e5"
down_revision = None


def upgrade():
    for number in range(1, 7):
        op.create_table(
            f"results_{number}",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("data", sa.Text()),
        )


def downgrade():
    for number in range(1, 7):
        op.drop_table(f"results_{number}")

# upstream
# file: 2_types.py
from alembic import op

revision = "16b9a5e0f4d2"
down_revision = "d3f60b18c7e5"


def upgrade():
    op.execute("ALTER TABLE results_1 ALTER COLUMN data TYPE jsonb USING NULLIF(data, '')")  # expect: impossible-cast
    op.execute("ALTER TABLE results_2 ALTER COLUMN data TYPE jsonb USING data")  # expect: impossible-cast
    op.execute("ALTER TABLE results_3 ALTER COLUMN data TYPE integer USING replace(data, ' ', '')")  # expect: impossible-cast
    op.execute("ALTER TABLE results_4 ALTER COLUMN data TYPE integer USING COALESCE(TRIM(data), '0')")  # expect: impossible-cast
    op.execute("ALTER TABLE results_5 ALTER COLUMN data TYPE jsonb USING NULLIF(data, '')::jsonb")  # expect: lossy-type-change
    op.execute("ALTER TABLE results_6 ALTER COLUMN data TYPE integer USING length(data)")  # expect: lossy-type-change


def downgrade():  # expect: downgrade-incomplete?
    op.execute("ALTER TABLE results_6 ALTER COLUMN data TYPE text")
    op.execute("ALTER TABLE results_5 ALTER COLUMN data TYPE text")
