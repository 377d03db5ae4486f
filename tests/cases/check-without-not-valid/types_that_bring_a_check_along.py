import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import SchemaType, SmallInteger, TypeDecorator

revision = "cb41a5ba6a3b"
down_revision = None


class Labels(TypeDecorator, SchemaType):
    impl = SmallInteger

    def _set_table(self, column, table):
        SchemaType._set_table(self, column, table)
        sa.CheckConstraint("...", name="valid").create(table)


class Plain(TypeDecorator):
    impl = SmallInteger


class Native(TypeDecorator, SchemaType):
    impl = sa.Enum


STATES = ("open", "paid")


def upgrade():
    op.add_column("orders", sa.Column("a", sa.Enum(*STATES, native_enum=False, create_constraint=True, name="states"), nullable=False, server_default="open"))  # expect: check-without-not-valid
    op.add_column("orders", sa.Column("b", Labels(), nullable=False, server_default="1"))  # expect: check-without-not-valid
    op.add_column("orders", sa.Column("c", sa.Enum(*STATES, native_enum=False, name="other"), nullable=False, server_default="open"))
    op.add_column("orders", sa.Column("d", Plain(), nullable=False, server_default="1"))
    op.add_column("orders", sa.Column("e", sa.Boolean(create_constraint=True), nullable=False, server_default="1"))
    op.add_column("orders", sa.Column("f", Native(), nullable=False, server_default="1"))  # expect: enum-type-not-created


def downgrade():
    op.drop_column("orders", "f")
    op.drop_column("orders", "e")
    op.drop_column("orders", "d")
    op.drop_column("orders", "c")
    op.drop_column("orders", "b")
    op.drop_column("orders", "a")
