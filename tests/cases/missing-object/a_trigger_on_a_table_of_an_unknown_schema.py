# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: 1_shops.py
import os

import sqlalchemy as sa
from alembic import op

revision = "d17a9c40be35"
down_revision = None

SCHEMA = os.getenv("ENVNAME", "local")


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN old; END $$")
    op.execute(f"CREATE TRIGGER gone BEFORE DELETE ON {SCHEMA}.shops FOR EACH ROW EXECUTE FUNCTION gone()")


def downgrade():
    op.execute("DROP TRIGGER gone ON shops")
    op.execute("DROP FUNCTION gone")
    op.drop_table("shops")

# upstream
# file: 2_drop.py
from alembic import op

revision = "40c6f2e8a91d"
down_revision = "d17a9c40be35"


def upgrade():
    op.execute("DROP TRIGGER gone ON shops")  # expect: brief-exclusive-lock?
    op.execute("DROP FUNCTION gone")  # expect: drop-routine-or-view?
    op.execute("DROP TRIGGER never ON shops")  # expect: missing-object


def downgrade():  # expect: missing-downgrade
    pass
