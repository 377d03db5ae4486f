# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "e70c2b94a1d8"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.Text()),
        sa.Column("seen", sa.DateTime(timezone=True)),
    )
    op.execute("CREATE DOMAIN year AS int")
    op.execute("CREATE FUNCTION instr(a text, b text) RETURNS int AS $$ SELECT strpos(a, b) $$ LANGUAGE sql")


def downgrade():
    op.execute("DROP FUNCTION instr(text, text)")
    op.execute("DROP DOMAIN year")
    op.drop_table("users")

# upstream
# file: 2_types.py
import sqlalchemy as sa
from alembic import op

revision = "27d8f0c5b36e"
down_revision = "e70c2b94a1d8"


def upgrade():
    op.execute("CREATE TABLE logs (id int PRIMARY KEY, made DATETIME)")  # expect: missing-object
    op.add_column("users", sa.Column("photo", sa.BLOB(), nullable=True))  # expect: missing-object
    op.execute("CREATE TABLE cars (id int PRIMARY KEY, built year)")
    op.execute("CREATE TABLE rooms (id int PRIMARY KEY, size double precision)")
    op.execute("UPDATE users SET email = ifnull(email, '') WHERE id = 1")  # expect: missing-object
    op.execute("DELETE FROM users WHERE instr(email, '@') = 0 AND id = 1")  # expect: delete-rows?
    op.create_check_constraint("named", "users", "nick <> ''")  # expect: missing-object
    op.execute("CREATE VIEW nicks AS SELECT nick FROM users")  # expect: missing-object
    op.execute("UPDATE users u SET u.email = '' WHERE u.id = 1")  # expect: missing-object


def downgrade():
    op.execute("DROP VIEW nicks")
    op.drop_constraint("named", "users", type_="check")
    op.drop_column("users", "photo")
    op.execute("DROP TABLE rooms")
    op.execute("DROP TABLE cars")
    op.execute("DROP TABLE logs")
