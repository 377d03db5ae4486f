# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "c4b8a9e7d012"
down_revision = None


def upgrade():
    op.create_table(
        "rates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("field", sa.Integer()),
        sa.UniqueConstraint("level", "field", name="uniq_old"),
    )
    try:
        with op.batch_alter_table("rates") as batch_op:
            batch_op.drop_constraint("uniq_old", type_="unique")
            batch_op.create_unique_constraint("uniq_new", ["level", "field"])
    except AttributeError:
        op.drop_constraint("uniq_old", "rates", type_="unique")
        op.create_unique_constraint("uniq_new", "rates", ["level", "field"])


def downgrade():
    op.drop_table("rates")

# upstream

# file: 0002_b.py
from alembic import op

revision = "f61a20d9b358"
down_revision = "c4b8a9e7d012"


def upgrade():
    op.drop_constraint("uniq_new", "rates", type_="unique")
    op.create_unique_constraint("uniq_new", "rates", ["field", "level"])  # expect: unique-constraint-scan?
    op.create_unique_constraint("uniq_new", "rates", ["level"])  # expect: existing-object
    with op.batch_alter_table("rates", recreate="always") as batch_op:
        batch_op.alter_column("level", nullable=True)  # expect: batch-table-copy?


def downgrade():  # expect: downgrade-incomplete?
    op.drop_constraint("uniq_new", "rates", type_="unique")
