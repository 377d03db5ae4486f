# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "a9c04e71b2d5"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("doc", sa.JSON()))
    op.execute("CREATE TABLE notes (id int PRIMARY KEY, doc jsonb)")


def downgrade():
    op.drop_table("notes")
    op.drop_table("users")

# upstream
# file: 2_indexes.py
from alembic import op

revision = "5b1de83f0c96"
down_revision = "a9c04e71b2d5"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_users_doc", "users", ["doc"], postgresql_using="gin", postgresql_concurrently=True, if_not_exists=True)  # expect: impossible-cast
    with op.get_context().autocommit_block():
        op.create_index("ix_notes_doc", "notes", ["doc"], postgresql_using="gin", postgresql_concurrently=True, if_not_exists=True)


def downgrade():
    for name in ("ix_notes_doc", "ix_users_doc"):
        with op.get_context().autocommit_block():
            op.drop_index(name, postgresql_concurrently=True, if_exists=True)
