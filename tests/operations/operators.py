import sqlalchemy as sa
from alembic import op

revision = "9ac41f0e72d5"
down_revision = None

users = sa.table("users", sa.column("name"), sa.column("tags"))


def upgrade():
    op.execute(users.update().where(users.c.name.op("~*")("^a")).values(name="x"))
    op.execute(users.delete().where(users.c.name.op("IS NOT")(sa.null())))
    op.execute(users.delete().where(users.c.tags.bool_op("@>")("{a}")))
    spelled = users.c.name.like
    op.execute(users.delete().where(spelled("x%")))
    joined = users.c.name.op("||")
    op.execute(users.update().values(name=joined(".")))


def downgrade():
    pass
