"""Names of SQLAlchemy: columns that are changed, extended, compared and listened to"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles

revision = "a2"
down_revision = "a1"


class Required(sa.Column):
    inherit_cache = True

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("nullable", False)
        super().__init__(*args, **kwargs)


class Plain(sa.Column):
    inherit_cache = True


users = sa.table("users", sa.column("id"), sa.column("data"), sa.column("name"))


def upgrade():
    column = sa.Column("a", sa.Integer(), nullable=True)
    column.nullable = False
    column.server_default = "0"
    op.add_column("users", column)
    op.add_column("users", Required("b", sa.Text()))
    op.create_table("things", Plain("id", sa.Integer(), primary_key=True), Required("c", sa.Text()))
    op.execute(users.delete().where(users.c.data.op("->>")("kind") == "old"))
    op.execute(users.delete().where(users.c.name.op("IS NOT")(None)))
    op.execute(users.update().where(users.c.id == 1).values(name=users.c.name.op("||")("x")))
    removed = sa.delete(users).returning(users.c.id).cte("removed")
    op.get_bind().execute(sa.select(sa.literal(1)).add_cte(removed))
    op.get_bind().execute(sa.select(removed.c.id))
    table = sa.Table("made", sa.MetaData(), sa.Column("id", sa.Integer()))
    event.listen(table, "after_create", sa.DDL("ALTER TABLE users DROP COLUMN name"))
    table.create(op.get_bind())
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("tags", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'")))

    @compiles(sa.schema.CreateTable)
    def otherwise(element, compiler, **kw):
        return "DROP TABLE users"


def downgrade():
    pass
