# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "491b57f46f12"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("a", sa.Integer(), nullable=False))  # expect: not-null-without-default?


def downgrade():
    op.drop_column("users", "a")
