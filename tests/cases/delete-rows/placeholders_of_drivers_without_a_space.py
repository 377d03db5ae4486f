# file: 0001_users.py
import sqlalchemy as sa
from alembic import op

revision = "2b8e0d7f14a9"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))


def downgrade():
    op.drop_table("users")

# upstream
# file: 0002_names.py
from alembic import op

revision = "c70a4e9b26d3"
down_revision = "2b8e0d7f14a9"


def upgrade():
    bind = op.get_bind()
    cursor = bind.connection.cursor()
    cursor.execute("DELETE FROM users WHERE id=%s", (1,))  # expect: delete-rows?
    cursor.execute("DELETE FROM users WHERE id=%(id)s AND name<>%(name)s", {"id": 1, "name": "a"})  # expect: delete-rows?
    cursor.executemany("DELETE FROM users WHERE id>%s", [(1,)])  # expect: delete-rows?
    bind.exec_driver_sql("DELETE FROM users WHERE id+%s=2", (1,))  # expect: delete-rows?


def downgrade():
    pass
