# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "3f6a81d0c7b2"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.Text()),
        sa.Column("seen", sa.DateTime(timezone=True)),
        sa.Column("day", sa.DateTime()),
        sa.Column("twice", sa.Integer(), sa.Computed("id * 2", persisted=True)),
    )
    op.execute("CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at)")
    op.execute("CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
    op.execute("CREATE TABLE plain (id bigint, n int)")


def downgrade():
    op.execute("DROP TABLE plain")
    op.execute("DROP TABLE events_1")
    op.execute("DROP TABLE events")
    op.drop_table("users")

# upstream
# file: 2_expressions.py
import sqlalchemy as sa
from alembic import op

revision = "b80d4e9f1a63"
down_revision = "3f6a81d0c7b2"


def upgrade():
    op.execute("CREATE TABLE posts (id int PRIMARY KEY, u int CHECK (u IN (SELECT id FROM users)))")  # expect: invalid-sql
    op.execute("CREATE TABLE notes (id int PRIMARY KEY, n int DEFAULT (SELECT 1))")  # expect: invalid-sql
    op.execute("CREATE TABLE texts (a text, v tsvector GENERATED ALWAYS AS (to_tsvector(a)) STORED)")  # expect: invalid-sql
    op.execute("CREATE TABLE words (a text, v tsvector GENERATED ALWAYS AS (to_tsvector('english', a)) STORED)")
    op.execute("CREATE TABLE sums (a int, b int GENERATED ALWAYS AS (a) STORED, c int GENERATED ALWAYS AS (b) STORED)")  # expect: invalid-sql
    op.execute("CREATE TABLE parts PARTITION OF plain FOR VALUES IN (1)")  # expect: missing-object
    op.execute("ALTER TABLE events_1 ADD COLUMN n int")  # expect: invalid-sql
    op.execute("ALTER TABLE plain ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY")  # expect: invalid-sql


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP TABLE parts")
    op.execute("DROP TABLE sums")
    op.execute("DROP TABLE words")
    op.execute("DROP TABLE texts")
    op.execute("DROP TABLE notes")
    op.execute("DROP TABLE posts")

# file: 3_indexes.py
import sqlalchemy as sa
from alembic import op

revision = "5c19e2a70d84"
down_revision = "b80d4e9f1a63"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_now", "users", ["id"], postgresql_where=sa.text("seen > now()"), postgresql_concurrently=True, if_not_exists=True)  # expect: invalid-sql
    with op.get_context().autocommit_block():
        op.create_index("ix_date", "users", [sa.text("date(seen)")], postgresql_concurrently=True, if_not_exists=True)  # expect: invalid-sql
    with op.get_context().autocommit_block():
        op.create_index("ix_day", "users", [sa.text("date(day)")], postgresql_concurrently=True, if_not_exists=True)
    with op.get_context().autocommit_block():
        op.create_index("ix_json", "users", [sa.text("email || 'x'")], postgresql_concurrently=True, if_not_exists=True)  # expect: wrong-arguments


def downgrade():
    for name in ("ix_json", "ix_day", "ix_date", "ix_now"):
        with op.get_context().autocommit_block():
            op.drop_index(name, "users", postgresql_concurrently=True, if_exists=True)
