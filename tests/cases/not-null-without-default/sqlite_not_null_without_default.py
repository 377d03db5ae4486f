# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "db3a936926d2"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("a", sa.Integer(), nullable=False))  # expect: not-null-without-default


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("a")
