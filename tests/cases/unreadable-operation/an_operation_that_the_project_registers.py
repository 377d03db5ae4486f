# file: ../operations.py
from alembic.operations import MigrateOperation, Operations


@Operations.register_operation("rename_column")
class RenameColumn(MigrateOperation):
    pass

# file: 0001_a.py
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.rename_column("users", "a", "b")  # expect: unreadable-operation?


def downgrade():
    op.rename_column("users", "b", "a")  # expect: unreadable-operation?
