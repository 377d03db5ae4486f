# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5e7a19c0d2f4"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("title", sa.Text()),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", name="fk_user", deferrable=True, initially="DEFERRED")),
    )
    op.execute("CREATE TABLE likes (id integer PRIMARY KEY, user_id integer CONSTRAINT fk_liked REFERENCES users (id))")
    op.execute("CREATE TABLE notes (id integer PRIMARY KEY, user_id integer REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)")


def downgrade():
    op.drop_table("notes")
    op.drop_table("likes")
    op.drop_table("posts")
    op.drop_table("users")

# upstream
# file: 2_rows.py
import sqlalchemy as sa
from alembic import op

revision = "90d4c7b2e6a1"
down_revision = "5e7a19c0d2f4"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("INSERT INTO posts (id, user_id) VALUES (1, 1)")  # expect: data-migration-not-idempotent?
    op.add_column("posts", sa.Column("size", sa.Integer()))  # expect: object-in-use
    op.execute("UPDATE notes SET user_id = 1 WHERE id = 2 AND user_id IS NULL")
    op.execute("ALTER TABLE notes ADD COLUMN size integer")  # expect: object-in-use?


def downgrade():
    op.execute("UPDATE likes SET user_id = 1 WHERE id = 2 AND user_id IS NULL")
    op.execute("ALTER TABLE likes ADD COLUMN size integer")
    op.execute("ALTER TABLE likes DROP COLUMN size")
    op.execute("UPDATE posts SET title = 'x' WHERE id = 2 AND title IS NULL")
    op.execute("ALTER TABLE posts DROP COLUMN size")
    op.execute("UPDATE notes SET user_id = 1 WHERE id = 2 AND user_id IS NULL")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.execute("ALTER TABLE notes DROP COLUMN size")
    op.execute("DELETE FROM posts WHERE id = 1")
