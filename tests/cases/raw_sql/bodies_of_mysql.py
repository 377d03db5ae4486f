# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/shop

# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "0d2e6b8f17c4"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_table("visits", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("visits")
    op.drop_table("users")

# file: 0002_routine.py
from alembic import op

revision = "7e91d3a5c608"
down_revision = "0d2e6b8f17c4"


def upgrade():
    op.execute("CREATE PROCEDURE wipe() BEGIN DECLARE n INT; IF 1 = 1 THEN DELETE FROM users; END IF; END")
    op.execute("CREATE PROCEDURE count_users() SELECT COUNT(*) FROM users")


def downgrade():
    op.execute("DROP PROCEDURE wipe")
    op.execute("DROP PROCEDURE count_users")

# upstream

# file: 0003_calls.py
from alembic import op

revision = "b5c84f20e9a7"
down_revision = "7e91d3a5c608"


def upgrade():
    op.execute("CALL count_users()")
    op.execute("CALL wipe()")  # expect: unreadable-operation
    op.execute("CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM users")  # expect: delete-without-filter
    op.execute("/*M! DROP TABLE users */")  # expect: drop-table


def downgrade():  # expect: missing-downgrade?
    raise NotImplementedError("no way back")
