# file: 0001_revision.py
from alembic import op

revision = "001ce707f056"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE events (id int, user_id int, at date) PARTITION BY RANGE (at)")
    op.execute("CREATE INDEX ix_events_user ON events (user_id)")


def downgrade():
    op.execute("DROP TABLE events")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "f9bb851fba0c"
down_revision = "001ce707f056"


def upgrade():
    op.create_foreign_key("fk", "events", "users", ["user_id"], ["id"], postgresql_not_valid=True)  # expect: foreign-key-without-not-valid


def downgrade():
    op.drop_constraint("fk", "events", type_="foreignkey")
