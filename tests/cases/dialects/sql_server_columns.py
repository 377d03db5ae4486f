# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mssql+pyodbc://localhost/app

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "eafe8412ba65"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("age", sa.Integer(), nullable=True),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "68bdeb1c75d4"
down_revision = "eafe8412ba65"


def upgrade():
    op.alter_column("users", "age", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)  # expect: column-type-change?


def downgrade():
    op.alter_column("users", "age", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=True)

# file: 0003_revision.py
import sqlalchemy as sa
from alembic import op

revision = "4c5e551e8c20"
down_revision = "68bdeb1c75d4"


def upgrade():
    op.alter_column("users", "age", existing_type=sa.BigInteger(), nullable=False)  # expect: not-null-on-existing-column?


def downgrade():
    op.alter_column("users", "age", existing_type=sa.BigInteger(), nullable=True)
