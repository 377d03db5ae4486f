# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "d0ac632bbdf3"
down_revision = None


def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("a", type_=sa.BigInteger())  # expect: batch-table-copy?
        batch_op.alter_column("b", nullable=False)


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.alter_column("a", type_=sa.Integer())
        batch_op.alter_column("b", nullable=True)
