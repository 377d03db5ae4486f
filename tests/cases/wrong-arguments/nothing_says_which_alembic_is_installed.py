# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "b7e05c91d3f4"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("posts", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("posts")
    op.drop_table("users")

# upstream
# file: 0002_b.py
import sqlalchemy as sa
from alembic import op

revision = "3d6a8f04c1e9"
down_revision = "b7e05c91d3f4"


def upgrade():
    op.add_column("posts", sa.Column("note", sa.Text()), "public")  # expect: wrong-arguments?


def downgrade():
    op.drop_column("posts", "note")
