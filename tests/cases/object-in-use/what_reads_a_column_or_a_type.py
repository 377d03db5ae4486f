# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "a5c02d7e91b6"
down_revision = None


def upgrade():
    op.execute("CREATE EXTENSION citext")
    op.execute("CREATE TYPE state AS ENUM ('new', 'done')")
    op.execute("CREATE TYPE kind AS ENUM ('a', 'b')")
    op.execute("CREATE TABLE jobs (id integer PRIMARY KEY, state state, owner integer, name citext, note text)")
    op.execute("CREATE INDEX jobs_new ON jobs (id) WHERE state = 'new'")
    op.execute("CREATE FUNCTION said(a kind) RETURNS integer AS $$ SELECT 1 $$ LANGUAGE sql")
    op.execute("CREATE FUNCTION noted() RETURNS trigger AS $$ BEGIN RETURN NEW; END $$ LANGUAGE plpgsql")
    op.execute("CREATE TRIGGER notes BEFORE UPDATE OF note ON jobs FOR EACH ROW EXECUTE FUNCTION noted()")
    op.execute("CREATE POLICY owners ON jobs USING (owner = 1)")
    op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("b_id", sa.Integer(), sa.ForeignKey("b.id", use_alter=True, name="fk_a_b")))
    op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("b")
    op.drop_table("a")
    op.execute("DROP TABLE jobs")
    op.execute("DROP FUNCTION noted()")
    op.execute("DROP FUNCTION said(kind)")
    op.execute("DROP TYPE kind")
    op.execute("DROP TYPE state")
    op.execute("DROP EXTENSION citext")

# upstream
# file: 2_wrong.py
import sqlalchemy as sa
from alembic import op

revision = "e83f1b60c4d7"
down_revision = "a5c02d7e91b6"


def upgrade():
    op.alter_column("jobs", "state", type_=sa.String(9), postgresql_using="state::text")  # expect: impossible-cast
    op.drop_column("jobs", "note")  # expect: object-in-use
    op.drop_column("jobs", "owner")  # expect: object-in-use
    op.execute("DROP TYPE kind")  # expect: object-in-use
    op.execute("DROP EXTENSION citext")  # expect: object-in-use


def downgrade():  # expect: missing-downgrade
    pass
