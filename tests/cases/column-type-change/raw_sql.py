# file: 0001_revision.py
from alembic import op

revision = "44c2711c177e"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE logs (id int PRIMARY KEY, size int)")


def downgrade():
    op.execute("DROP TABLE logs")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "cbba5bce5e26"
down_revision = "44c2711c177e"


def upgrade():
    op.execute("ALTER TABLE logs ALTER COLUMN size TYPE bigint")  # expect: column-type-change


def downgrade():
    op.execute("ALTER TABLE logs ALTER COLUMN size TYPE int")
