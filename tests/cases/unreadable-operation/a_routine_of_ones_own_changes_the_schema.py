# file: 0001_make.py
import sqlalchemy as sa
from alembic import op

revision = "b3d07fb6a820"
down_revision = None


def upgrade():
    op.create_table("account", sa.Column("id", sa.BigInteger, primary_key=True))


def downgrade():
    op.drop_table("account")

# upstream

# file: 0002_extend.py
from alembic import op

revision = "b3d07fb6a821"
down_revision = "b3d07fb6a820"


def upgrade():
    op.execute(
        "CREATE FUNCTION extend() RETURNS int LANGUAGE plpgsql AS "
        "$$ BEGIN ALTER TABLE account ADD COLUMN note text; RETURN 1; END $$"
    )
    op.execute("SELECT extend()")  # expect: unreadable-operation?


def downgrade():
    op.drop_column("account", "note")
    op.execute("DROP FUNCTION extend()")
