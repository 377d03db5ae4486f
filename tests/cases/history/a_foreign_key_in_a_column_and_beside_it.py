# file: 0001_tables.py
"""Two foreign keys over one column: PostgreSQL numbers the second"""
import sqlalchemy as sa
from alembic import op

revision = "c0b7e5a1493d"
down_revision = None


def upgrade():
    op.create_table("posts", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("post_id", sa.Integer(), sa.ForeignKey("posts.id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"]),
    )


def downgrade():
    op.drop_table("notes")
    op.drop_table("posts")

# upstream

# file: 0002_one_goes.py
from alembic import op

revision = "48d1f6b20ea9"
down_revision = "c0b7e5a1493d"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint("notes_post_id_fkey1", "notes", type_="foreignkey")  # expect: drop-constraint?
    op.drop_constraint("notes_post_id_fkey2", "notes", type_="foreignkey")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.create_foreign_key("notes_post_id_fkey1", "notes", "posts", ["post_id"], ["id"])
