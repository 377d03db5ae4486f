# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "d40c97b2e6f5"
down_revision = None


def upgrade():
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(10)),
        sa.CheckConstraint("state IN ('new', 'old')", name="ck_state"),
    )


def downgrade():
    op.drop_table("visits")

# upstream
# file: 2_states.py
import sqlalchemy as sa
from alembic import op

revision = "81e5d3f7a0c6"
down_revision = "d40c97b2e6f5"


def drop_check():
    for found in sa.inspect(op.get_bind()).get_check_constraints("visits"):
        if "state" in found.get("sqltext", ""):
            op.drop_constraint(found["name"], "visits", type_="check")


def upgrade():
    drop_check()
    op.create_check_constraint("ck_state", "visits", "state IN ('new', 'old', 'gone')")  # expect: check-without-not-valid


def downgrade():
    drop_check()
    op.create_check_constraint("ck_state", "visits", "state IN ('new', 'old')")
