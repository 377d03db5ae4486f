# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "c86f0d4b1e93"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("seen", sa.DateTime()))
    op.execute("CREATE FUNCTION touch() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql")
    op.execute("CREATE FUNCTION purge() RETURNS void AS $$ BEGIN PERFORM 1; END $$ LANGUAGE plpgsql")
    op.execute("CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch()")
    op.execute("CREATE TRIGGER purged BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION purge()")  # expect: invalid-sql


def downgrade():
    op.drop_table("users")
    op.execute("DROP FUNCTION purge()")
    op.execute("DROP FUNCTION touch()")
