import sqlalchemy as sa
from alembic import op

revision = "5a828f0b4d78"
down_revision = None


def upgrade():
    users = sa.table("users", sa.column("id", sa.Integer()), sa.column("state", sa.Text()))
    op.execute(users.delete())  # expect: delete-without-filter
    op.get_bind().execute(sa.delete(users).where(users.c.state == "gone"))  # expect: delete-rows?
    op.get_bind().execute(sa.text("TRUNCATE users CASCADE"))  # expect: truncate-table


def downgrade():
    pass  # rows that are gone
