# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "6d20f8b3e5a1"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True))
    for name in ("a", "b", "c", "d"):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("code", sa.String(9)),
            sa.Column("shop_id", sa.Integer()),
        )
    op.create_index("ix_a_code", "a", ["code"])
    op.create_index("ix_b_code", "b", ["code"])


def downgrade():
    for name in ("d", "c", "b", "a"):
        op.drop_table(name)
    op.drop_table("shops")

# upstream
# file: 2_batches.py
import sqlalchemy as sa
from alembic import op

revision = "c5713a9e0d48"
down_revision = "6d20f8b3e5a1"


def upgrade():
    # Backup plan: the nightly copy keeps the codes
    with op.batch_alter_table("a") as batch_op:
        batch_op.drop_column("code")  # expect: object-in-use
    with op.batch_alter_table("b") as batch_op:
        batch_op.drop_column("code")  # expect: drop-column
        batch_op.drop_index("ix_b_code")
    with op.batch_alter_table("c") as batch_op:
        batch_op.alter_column("code", new_column_name="sign")  # expect: rename-column
        batch_op.create_index("ix_c_sign", ["sign"])  # expect: missing-object
        batch_op.create_index("ix_c_code", ["code"])
    with op.batch_alter_table("d") as batch_op:
        batch_op.create_foreign_key("fk_d_owner", "shops", ["owner_id"], ["id"])  # expect: batch-table-copy?
        batch_op.add_column(sa.Column("owner_id", sa.Integer()))


def downgrade():  # expect: downgrade-incomplete?
    with op.batch_alter_table("d") as batch_op:
        batch_op.drop_constraint("fk_d_owner", type_="foreignkey")
        batch_op.drop_column("owner_id")
    with op.batch_alter_table("c") as batch_op:
        batch_op.drop_index("ix_c_code")
        batch_op.drop_index("ix_c_sign")
        batch_op.alter_column("sign", new_column_name="code")
    with op.batch_alter_table("b") as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(9)))
        batch_op.create_index("ix_b_code", ["code"])
    with op.batch_alter_table("a") as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(9)))
