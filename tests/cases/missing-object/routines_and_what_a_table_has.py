# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "c8d51f0b67e2"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.Text()))
    op.execute("CREATE FUNCTION twice(a integer) RETURNS integer AS $$ SELECT 2 * a $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION thrice(a integer) RETURNS integer AS $$ SELECT 3 * a $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION thrice(a text) RETURNS text AS $$ SELECT a $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION gone() RETURNS integer AS $$ SELECT 1 $$ LANGUAGE sql")
    op.execute("DROP FUNCTION gone()")
    op.execute("CREATE MATERIALIZED VIEW sums AS SELECT id FROM shops")
    op.execute("CREATE VIEW codes AS SELECT id, code FROM shops")


def downgrade():
    op.execute("DROP VIEW codes")
    op.execute("DROP MATERIALIZED VIEW sums")
    op.execute("DROP FUNCTION thrice(text)")
    op.execute("DROP FUNCTION thrice(integer)")
    op.execute("DROP FUNCTION twice(integer)")
    op.drop_table("shops")

# upstream
# file: 2_wrong.py
import sqlalchemy as sa
from alembic import op

revision = "3a7e90c4d2f6"
down_revision = "c8d51f0b67e2"


def upgrade():
    op.execute("DROP FUNCTION twice(text)")  # expect: missing-object
    op.execute("DROP FUNCTION twice()")  # expect: missing-object
    op.execute("DROP FUNCTION gone()")  # expect: missing-object
    op.execute("DROP FUNCTION never()")  # expect: drop-routine-or-view?
    op.execute("ALTER TABLE shops DISABLE TRIGGER audit")  # expect: missing-object
    op.execute("DROP TRIGGER audit ON shops")  # expect: missing-object
    op.execute("DROP POLICY tenants ON shops")  # expect: missing-object
    op.execute("CREATE POLICY tenants ON shops USING (tenant_id = 1)")  # expect: missing-object
    op.execute("ALTER SEQUENCE shops_number_seq RESTART WITH 9")  # expect: missing-object?
    op.execute("DROP VIEW IF EXISTS sums")  # expect: missing-object
    op.execute("DROP MATERIALIZED VIEW codes")  # expect: missing-object
    op.execute("ALTER TABLE shops ADD COLUMN key uuid DEFAULT uuid_generate_v4()")  # expect: table-rewrite


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP FUNCTION twice(a int)")
    op.execute("CREATE FUNCTION twice(a integer) RETURNS integer AS $$ SELECT 2 * a $$ LANGUAGE sql")
    op.execute("DROP FUNCTION IF EXISTS twice(text), never()")
    op.execute("DROP FUNCTION twice")
    op.execute("CREATE FUNCTION twice(a integer) RETURNS integer AS $$ SELECT 2 * a $$ LANGUAGE sql")
    op.execute("ALTER TABLE shops DISABLE TRIGGER ALL")
    op.execute("DROP TRIGGER IF EXISTS audit ON shops")
    op.execute("ALTER SEQUENCE shops_id_seq RESTART WITH 9")
    op.execute("ALTER SEQUENCE IF EXISTS shops_number_seq RESTART WITH 9")
    op.execute("CREATE POLICY codes ON shops USING (code = current_user) WITH CHECK (shops.id > 0)")
    op.execute("DROP POLICY codes ON shops")
