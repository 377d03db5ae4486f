# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: ../env.py
from alembic import context  # expect: missing-lock-timeout?
from alembic.operations import MigrateOperation, Operations
from app.models import *

config = context.config
target_metadata = None


@Operations.register_operation("swap_type")
class SwapTypeOp(MigrateOperation):
    def __init__(self, table, column, kind):
        self.table = table
        self.column = column
        self.kind = kind

    @classmethod
    def swap_type(cls, operations, table, column, kind):
        return operations.invoke(cls(table, column, kind))


@Operations.implementation_for(SwapTypeOp)
def swap_type(operations, operation):
    if operations.get_context().dialect.name == "postgresql":
        operations.execute(f"ALTER TABLE {operation.table} DROP COLUMN {operation.column}")
    operations.execute(f"ALTER TABLE {operation.table} ADD {operation.column} {operation.kind}")


def run_migrations_online():
    with context.begin_transaction():
        context.run_migrations()


run_migrations_online()

# file: 1_shops.py
import sqlalchemy as sa
from alembic import op

revision = "71c3e0b94d2f"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.Text()))


def downgrade():
    op.drop_table("shops")

# upstream
# file: 2_swap.py
from alembic import op

revision = "0fb8d52c6e17"
down_revision = "71c3e0b94d2f"


def upgrade():
    op.swap_type("shops", "code", "integer")  # expect: drop-column


def downgrade():
    op.swap_type("shops", "code", "text")
