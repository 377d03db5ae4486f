# file: 1_routines.py
from alembic import op

revision = "7e20c9d5b1a8"
down_revision = None


def upgrade():
    op.execute("CREATE EXTENSION pg_trgm")
    op.execute("CREATE FUNCTION price(amount int) RETURNS int AS $$ SELECT amount $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION label(a text, b text DEFAULT '') RETURNS text AS $$ SELECT a $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION a.total() RETURNS int AS $$ SELECT 1 $$ LANGUAGE sql")


def downgrade():
    op.execute("DROP FUNCTION a.total()")
    op.execute("DROP FUNCTION label(text, text)")
    op.execute("DROP FUNCTION price(int)")
    op.execute("DROP EXTENSION pg_trgm")

# upstream
# file: 2_again.py
from alembic import op

revision = "c14f8a3e6b07"
down_revision = "7e20c9d5b1a8"


def upgrade():
    op.execute("CREATE EXTENSION pg_trgm")  # expect: existing-object
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE FUNCTION price(amount INTEGER) RETURNS int AS $$ SELECT 2 $$ LANGUAGE sql")  # expect: existing-object
    op.execute("CREATE FUNCTION price(amount bigint) RETURNS int AS $$ SELECT 2 $$ LANGUAGE sql")
    op.execute("CREATE OR REPLACE FUNCTION price(amount int) RETURNS text AS $$ SELECT '' $$ LANGUAGE sql")  # expect: existing-object
    op.execute("CREATE OR REPLACE FUNCTION label(x text, b text DEFAULT '') RETURNS text AS $$ SELECT x $$ LANGUAGE sql")  # expect: existing-object
    op.execute("CREATE OR REPLACE FUNCTION label(a text, b text) RETURNS text AS $$ SELECT a $$ LANGUAGE sql")  # expect: existing-object
    op.execute("CREATE OR REPLACE FUNCTION label(a varchar(9), b text) RETURNS text AS $$ SELECT a $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION b.total() RETURNS text AS $$ SELECT '' $$ LANGUAGE sql")


def downgrade():
    op.execute("DROP FUNCTION b.total()")
    op.execute("DROP FUNCTION label(varchar, text)")
    op.execute("DROP FUNCTION price(bigint)")
