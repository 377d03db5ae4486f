import sqlalchemy as sa
from alembic import op

revision = "108f38705fb6"
down_revision = None


def upgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("a", sa.Integer(), nullable=False))  # expect: not-null-without-default
        batch_op.create_index("ix_users_b", ["b"])  # expect: index-without-concurrently
        batch_op.create_foreign_key("fk_users_c", "c", ["b"], ["id"])  # expect: foreign-key-without-not-valid
        batch_op.alter_column("b", type_=sa.BigInteger(), existing_type=sa.Integer())  # expect: column-type-change
        batch_op.drop_column("d")  # expect: drop-column
        batch_op.drop_constraint("fk_users_e", type_="foreignkey")  # expect: drop-foreign-key?


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.create_foreign_key("fk_users_e", "e", ["e"], ["id"])
        batch_op.add_column(sa.Column("d", sa.Integer()))
        batch_op.alter_column("b", type_=sa.Integer(), existing_type=sa.BigInteger())
        batch_op.drop_constraint("fk_users_c", type_="foreignkey")
        batch_op.drop_index("ix_users_b")
        batch_op.drop_column("a")
