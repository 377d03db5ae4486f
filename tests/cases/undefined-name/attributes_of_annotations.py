# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: ../../.python-version
3.11

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def made(bind: sa.engine.Conection) -> None:  # expect: undefined-name
    pass


def asked(bind: sa.engine.Connection, name: "sa.Nothing", kind: sa.types.TypeEngine) -> sa.Table:
    return None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("users")
