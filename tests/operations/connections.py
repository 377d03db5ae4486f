"""what is told to the database past `op`"""

import sqlalchemy as sa
from alembic import op

from somewhere import repair

revision = "a2"
down_revision = None

kind = sa.Enum("a", "b", name="kind")


def upgrade():
    bind = op.get_bind()
    kind.create(bind, checkfirst=True)
    if bind.execute(sa.text("SELECT count(*) FROM users")).scalar() > 0:
        op.execute("DELETE FROM users WHERE name = 'nobody'")
    with bind.execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM users"))
    bind.exec_driver_sql("UPDATE users SET score = score + 1 WHERE id = 1; TRUNCATE log")
    cursor = bind.connection.cursor()
    cursor.execute("DELETE FROM log WHERE id = %s", (1,))
    table = sa.Table("items", sa.MetaData(schema="shop"), autoload_with=bind)
    bind.execute(table.delete().where(sa.or_(table.c.a == 1, table.c.b.like("x%"))))
    sa.Index("ix_items_a", table.c.a).create(bind)
    op.execute("SELECT 1")
    op.execute("SELECT set_config('lock_timeout', '5s', false)")
    op.execute(sa.schema.CreateSequence(sa.Sequence("numbers")))
    op.execute(f"DROP TABLE {unknown()}")
    op.execute(unknown())
    op.rename_column("users", "a", "b")
    op.create_index("ix", "users", ["a"], postgres_concurrently=True)
    repair(bind)
    repair("users")


def unknown():
    return repair.table


def downgrade():
    kind.drop(op.get_bind())
