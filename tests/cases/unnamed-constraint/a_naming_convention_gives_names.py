# file: ../env.py
from alembic import context
from sqlalchemy import MetaData

target_metadata = MetaData(naming_convention={"uq": "uq_%(table_name)s_%(column_0_name)s"})
context.configure(connection=connection, target_metadata=target_metadata)
context.run_migrations()

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table("v", sa.Column("n", sa.Integer))
    op.create_unique_constraint(None, "v", ["n"])


def downgrade():
    op.drop_table("v")
