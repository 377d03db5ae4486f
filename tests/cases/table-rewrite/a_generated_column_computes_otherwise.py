# file: ../../safe-migration.toml
server-version = "18"

# file: 0001_make_the_table.py
from alembic import op

revision = "9cb85bdc09f5"
down_revision = None


def upgrade():
    op.execute(
        "CREATE TABLE orders (a int, kept int GENERATED ALWAYS AS (a * 2) STORED,"
        " read int GENERATED ALWAYS AS (a * 2) VIRTUAL)"
    )


def downgrade():
    op.drop_table("orders")

# upstream

# file: 0002_thrice.py
from alembic import op

revision = "3fe0b1a47e16"
down_revision = "9cb85bdc09f5"


def upgrade():
    op.execute("ALTER TABLE orders ALTER kept SET EXPRESSION AS (a * 3)")  # expect: table-rewrite
    op.execute("ALTER TABLE orders ALTER read SET EXPRESSION AS (a * 3)")
    op.execute("ALTER TABLE orders ADD due int NOT NULL DEFAULT NULL")  # expect: not-null-without-default


def downgrade():
    op.execute("ALTER TABLE orders DROP due")
    op.execute("ALTER TABLE orders ALTER read SET EXPRESSION AS (a * 2)")
    op.execute("ALTER TABLE orders ALTER kept SET EXPRESSION AS (a * 2)")
