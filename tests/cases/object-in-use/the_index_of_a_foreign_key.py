# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer()),
        sa.Column("editor_id", sa.Integer()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
        sa.ForeignKeyConstraint(["editor_id"], ["users.id"], name="fk_editor"),
    )


def downgrade():
    op.drop_table("posts")

# upstream
# file: 2_change.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.drop_index("user_id", table_name="posts")  # expect: object-in-use
    op.drop_index("fk_editor", table_name="posts")  # expect: object-in-use
    op.create_index("ix_posts_editor", "posts", ["editor_id"])


def downgrade():  # expect: downgrade-incomplete?
    op.drop_index("ix_posts_editor", table_name="posts")  # expect: object-in-use
