# file: 0001_made_and_left.py
from alembic import op

revision = "3fe0b1a47e16"
down_revision = None


def upgrade():
    op.execute("CREATE VIEW sales.open_orders AS SELECT 1")
    op.execute("CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'")
    op.execute("CREATE SEQUENCE numbers")
    op.execute("CREATE TABLE notes (id int)")
    op.execute("CREATE TRIGGER stamped BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION stamp()")


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP TABLE notes")
    op.execute("DROP FUNCTION stamp()")
    op.execute("DROP VIEW open_orders")

# file: 0002_dropped_and_lost.py
from alembic import op

revision = "51d1c1a47e16"
down_revision = "3fe0b1a47e16"


def upgrade():
    op.execute("DROP VIEW late_orders")  # expect: drop-routine-or-view?
    op.execute("CREATE SEQUENCE more")


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP SEQUENCE more")

# file: 0003_made_and_taken_back.py
from alembic import op

revision = "7ac1c1a47e16"
down_revision = "51d1c1a47e16"


def upgrade():
    op.execute("DROP VIEW totals")  # expect: missing-object?
    op.execute("CREATE VIEW totals AS SELECT 2")
    op.execute("CREATE OR REPLACE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'begin return old; end'")
    op.execute("CREATE SEQUENCE IF NOT EXISTS numbers")
    op.execute("CREATE FUNCTION guess() RETURNS int LANGUAGE sql AS 'select 1'")
    op.execute("CREATE VIEW guesses AS SELECT guess()")


def downgrade():
    op.execute("DROP FUNCTION guess() CASCADE")
    op.execute("DROP VIEW totals")
    op.execute("CREATE VIEW totals AS SELECT 1")
