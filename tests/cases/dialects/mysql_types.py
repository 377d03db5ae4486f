# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "56e20d1f0890"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("age", sa.Integer()),
    )


def downgrade():
    op.drop_table("users")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "5dc6ee49d8ce"
down_revision = "56e20d1f0890"


def upgrade():
    op.alter_column("users", "name", existing_type=sa.String(50), type_=sa.String(60), existing_nullable=True)


def downgrade():
    op.alter_column("users", "name", existing_type=sa.String(60), type_=sa.String(50), existing_nullable=True)

# file: 0003_revision.py
import sqlalchemy as sa
from alembic import op

revision = "398d0e5e71b5"
down_revision = "5dc6ee49d8ce"


def upgrade():
    op.alter_column("users", "age", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=True)  # expect: column-type-change


def downgrade():
    op.alter_column("users", "age", existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=True)

# file: 0004_revision.py
import sqlalchemy as sa
from alembic import op

revision = "a9fe200cf5d3"
down_revision = "398d0e5e71b5"


def upgrade():
    op.alter_column("users", "age", existing_type=sa.BigInteger(), nullable=False)  # expect: not-null-on-existing-column?


def downgrade():
    op.alter_column("users", "age", existing_type=sa.BigInteger(), nullable=True)
