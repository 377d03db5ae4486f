"""batches"""

from alembic import op
import sqlalchemy as sa

revision = "06bab99a"
down_revision = "05co9aab"
branch_labels = None
depends_on = None

def upgrade():
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nick", sa.String(length=30), nullable=True))
        batch_op.alter_column("nick", existing_type=sa.String(length=30), nullable=False)
        batch_op.create_index(batch_op.f("ix_users_nick"), ["nick"], unique=True)
        batch_op.create_unique_constraint("uq_nick", ["nick", "city_id"])
        batch_op.create_foreign_key("fk_b", "cities", ["city_id"], ["id"], ondelete="SET NULL")
        batch_op.drop_column("note")
    with op.batch_alter_table("a") as a, op.batch_alter_table("b", recreate="auto") as b:
        a.drop_constraint("x", type_="unique")
        b.add_column(sa.Column("y", sa.Integer))
        b.create_check_constraint("ck_y", "y > 0")
        b.drop_index("ix_b_z")


def downgrade():
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_index("ix_users_nick")
        batch_op.drop_column("nick")
