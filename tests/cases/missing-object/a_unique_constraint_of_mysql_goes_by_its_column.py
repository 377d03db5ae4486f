# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "datasets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("dataset_name", sa.String(200)),
        sa.Column("owner", sa.String(50)),
        sa.UniqueConstraint("dataset_name"),
        sa.UniqueConstraint("owner", "dataset_name"),
    )
    op.create_unique_constraint(None, "datasets", ["owner", "id"])


def downgrade():
    op.drop_table("datasets")

# upstream
# file: 2_names.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.drop_constraint("dataset_name", "datasets", type_="unique")  # expect: drop-constraint?
    op.drop_constraint("owner_2", "datasets", type_="unique")  # expect: partial-ddl?
    op.drop_constraint("datasets_owner_key", "datasets", type_="unique")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.create_unique_constraint("dataset_name", "datasets", ["dataset_name"])
    op.create_unique_constraint("owner_2", "datasets", ["owner", "id"])
