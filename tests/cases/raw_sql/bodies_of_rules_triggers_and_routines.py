# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/shop

# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "e19b7c04d5f2"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table("visits", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("visits")
    op.drop_table("users")

# file: 0002_routine.py
from alembic import op

revision = "a3d5f1c7720e"
down_revision = "e19b7c04d5f2"


def upgrade():
    op.execute("CREATE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM users; SELECT 1'")


def downgrade():
    op.execute("DROP FUNCTION wipe()")

# upstream

# file: 0003_rules.py
from alembic import op

revision = "f6604c9be1d8"
down_revision = "a3d5f1c7720e"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SELECT 1 WHERE wipe() = 1")  # expect: unreadable-operation
    op.execute("CREATE RULE audit AS ON UPDATE TO visits DO ALSO DELETE FROM users")  # expect: unreadable-operation
    op.execute("UPDATE visits SET id = id WHERE id = 1")  # expect: unreadable-operation
    op.execute("CREATE RULE kept AS ON DELETE TO visits DO INSTEAD NOTHING")
    op.execute("DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM users RETURNING id LOOP NULL; END LOOP; END $$")  # expect: delete-without-filter
    op.execute("DO $$ DECLARE n int := wipe(); BEGIN NULL; END $$")  # expect: unreadable-operation


def downgrade():  # expect: missing-downgrade?
    raise NotImplementedError("no way back")
