# file: ../../safe-migration.toml
[severity]
drop-table = "off"
drop-column = "off"
drop-constraint = "off"
drop-routine-or-view = "off"
missing-lock-timeout = "off"
downgrade-incomplete = "off"
foreign-key-without-not-valid = "off"
foreign-key-locks-referenced-table = "off"
foreign-key-without-index = "off"
missing-downgrade = "off"

# file: 0001_schema.py
from alembic import op

revision = "1d9e6b03f7a4"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE users (id int PRIMARY KEY, name text, age int)")
    op.execute("CREATE TABLE notes (id int PRIMARY KEY, user_id int REFERENCES users (id))")
    op.execute("CREATE SEQUENCE tickets")
    op.execute("CREATE TABLE queue (number int DEFAULT nextval('tickets'))")
    op.execute("CREATE VIEW names AS SELECT name FROM users")
    op.execute("CREATE VIEW long_names AS SELECT name FROM names WHERE length(name) > 20")


def downgrade():
    pass

# upstream

# file: 0002_cascades.py
from alembic import op

revision = "c7f20a8e5b16"
down_revision = "1d9e6b03f7a4"


def upgrade():
    op.execute("ALTER TABLE users DROP COLUMN name CASCADE")  # expect: drop-cascade?
    op.execute("CREATE VIEW names AS SELECT id::text AS name FROM users")
    op.execute("CREATE VIEW long_names AS SELECT name FROM names")


def downgrade():
    pass

# file: 0003_cascades.py
from alembic import op

revision = "a31c9f60d8e7"
down_revision = "c7f20a8e5b16"


def upgrade():
    op.execute("ALTER TABLE users DROP COLUMN age CASCADE")  # expect: drop-cascade
    op.execute("DROP SEQUENCE tickets CASCADE")  # expect: drop-cascade
    op.execute("DROP VIEW long_names CASCADE")  # expect: drop-cascade?
    op.execute("ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE")  # expect: drop-cascade?
    op.create_foreign_key("notes_user_id_fkey", "notes", "users", ["user_id"], ["id"])  # expect: missing-object


def downgrade():
    pass
