# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: ../env.py
from alembic import context
from sqlalchemy import MetaData, create_engine

metadata = MetaData(naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
with create_engine("postgresql+psycopg2://localhost/app").connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer()),
        sa.Column("b", sa.String(20)),
        sa.Column("d", sa.Date()),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_change.py
import sqlalchemy as sa
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.create_table("u", sa.Column("n", sa.Integer()), sa.CheckConstraint("n > 0"))  # expect: unnamed-constraint
    op.create_table("v", sa.Column("n", sa.Integer()), sa.CheckConstraint("n > 0", name="n"))
    op.create_table("w", sa.Column("n", sa.Integer(), sa.CheckConstraint("n > 0")))  # expect: unnamed-constraint


def downgrade():  # expect: downgrade-incomplete?
    op.drop_table("v")
