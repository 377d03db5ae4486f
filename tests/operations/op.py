"""Every operation of `op`, by position, by name, in a batch, and as an object"""
import sqlalchemy as sa
from alembic import op
from alembic.operations import ops
from alembic.ddl.base import ColumnNullable, DropColumn, RenameTable

revision = "a2"
down_revision = "a1"


def upgrade():
    op.add_column("t", sa.Column("a", sa.Integer()), schema="s")
    op.add_column(table_name="t", column=sa.Column("a", sa.Integer()), if_not_exists=True)
    op.drop_column("t", "a")
    op.drop_column(table_name="t", column_name="a", if_exists=True)
    op.alter_column("t", "a", nullable=False, type_=sa.Text(), new_column_name="b", server_default=None)
    op.create_table("u", sa.Column("id", sa.Integer(), primary_key=True), sa.UniqueConstraint("id", name="uq"))
    op.drop_table("u", schema="s")
    op.rename_table("u", new_table_name="v")
    op.create_table_comment("t", "what it is")
    op.drop_table_comment("t")
    op.create_index("ix", "t", ["a", sa.text("lower(b)")], unique=True)
    op.drop_index("ix", table_name="t")
    op.create_foreign_key("fk", "t", "u", ["a"], ["id"], ondelete="CASCADE", source_schema="s")
    op.create_unique_constraint("uq", "t", ["a"])
    op.create_primary_key("pk", "t", ["a"])
    op.create_check_constraint("ck", "t", sa.column("a") > 0)
    op.create_exclude_constraint("ex", "t", ("a", "="), using="gist")
    op.drop_constraint("uq", "t", "unique")
    op.bulk_insert(sa.table("t", sa.column("a")), [{"a": 1}, {"a": 2}])
    op.execute("SELECT 1; DELETE FROM t")
    with op.batch_alter_table("t", schema="s") as batch_op:
        batch_op.add_column(sa.Column("a", sa.Integer()))
        batch_op.drop_column("a")
        batch_op.alter_column("a", nullable=True)
        batch_op.create_index("ix", ["a"])
        batch_op.drop_index("ix")
        batch_op.create_foreign_key("fk", "u", ["a"], ["id"])
        batch_op.create_unique_constraint(constraint_name="uq", columns=["a"])
        batch_op.create_check_constraint("ck", "a > 0")
        batch_op.drop_constraint("uq", type_="unique")
        batch_op.create_table_comment("what it is")
    for operation in [
        ops.AddColumnOp("t", sa.Column("a", sa.Integer())),
        ops.AlterColumnOp("t", "a", modify_nullable=False),
        ops.CreateTableOp("u", [sa.Column("id", sa.Integer())]),
        ops.CreateForeignKeyOp("fk", "t", "u", ["a"], ["id"]),
        ops.CreateUniqueConstraintOp("uq", "t", ["a"]),
        ops.DropConstraintOp("uq", "t", type_="unique"),
        ops.ExecuteSQLOp("TRUNCATE t"),
    ]:
        op.invoke(operation)
    op.execute(DropColumn("t", sa.Column("a", sa.Text())))
    op.get_bind().execute(RenameTable("t", "u"))
    op.execute(ColumnNullable("t", "a", False))


def downgrade():
    pass
