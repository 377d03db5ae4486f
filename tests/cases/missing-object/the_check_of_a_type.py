# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: ../../requirements.txt
sqlalchemy==1.3.24
alembic==1.4.3

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Enum("a", "b", name="jobkind", native_enum=False)),
        sa.Column(
            "state",
            sa.Enum("a", "b", name="jobstate", native_enum=False, create_constraint=False),
        ),
        sa.Column("flag", sa.Boolean(name="jobflag")),
    )


def downgrade():
    op.drop_table("jobs")

# upstream
# file: 2_checks.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.drop_constraint("jobkind", "jobs", type_="check")  # expect: drop-constraint?
    op.drop_constraint("jobstate", "jobs", type_="check")  # expect: missing-object
    op.drop_constraint("jobflag", "jobs", type_="check")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.execute("ALTER TABLE jobs ADD CONSTRAINT jobkind CHECK (kind IN ('a', 'b')) NOT VALID")
