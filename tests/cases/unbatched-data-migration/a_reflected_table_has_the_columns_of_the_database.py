# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "a1d5709ef3c2"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.Text()),
        sa.Column("seen", sa.Integer()),
    )


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_seen.py
import sqlalchemy as sa
from alembic import context, op
from flask_sqlalchemy import SQLAlchemy

revision = "0be8c64d91f7"
down_revision = "a1d5709ef3c2"
db = SQLAlchemy()
members = db.Table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("seen", sa.Integer()))


def upgrade():
    assert context.config is not None
    metadata = sa.MetaData()
    metadata.reflect(op.get_bind(), only=("users",))
    users = sa.Table("users", metadata)
    op.execute(  # expect: unbatched-data-migration?
        users.update().where(users.c.email == "nobody@example.org", users.c.seen.is_(None)).values(seen=0)
    )
    op.execute(
        members.update().where(members.c.id == 7, members.c.seen.is_(None)).values(seen=1)
    )


def downgrade():
    pass
