# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: ../../docker-compose.yml
services:
  db:
    image: postgres:12-alpine

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer()),
        sa.Column("b", sa.String(20)),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_newer.py
import sqlalchemy as sa
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.create_unique_constraint("uq_t_a", "t", ["a"], postgresql_nulls_not_distinct=True)  # expect: operation-not-supported
    op.execute("CREATE UNIQUE INDEX uq_t_b ON t (b) NULLS NOT DISTINCT")  # expect: operation-not-supported, index-without-concurrently
    op.execute("MERGE INTO t USING (SELECT 1 AS x) s ON id = x WHEN MATCHED THEN DELETE")  # expect: operation-not-supported, delete-rows?
    op.execute("ALTER TABLE t ALTER b SET COMPRESSION lz4")  # expect: operation-not-supported
    op.add_column("t", sa.Column("u", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))  # expect: table-rewrite
    op.execute("COMMENT ON TABLE t IS 'NULLS NOT DISTINCT'")


def downgrade():  # expect: missing-downgrade
    pass
