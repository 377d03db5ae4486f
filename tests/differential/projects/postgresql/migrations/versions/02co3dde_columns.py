"""columns"""

from alembic import op
import sqlalchemy as sa

revision = "02co3dde"
down_revision = "01ta1eef"
branch_labels = None
depends_on = None

def upgrade():
    op.add_column("users", sa.Column("phone", sa.String(20), nullable=True))
    op.add_column("users", sa.Column("city_id", sa.Integer(), sa.ForeignKey("cities.id", name="fk_city"), nullable=True))
    op.add_column("users", sa.Column("code", sa.Text, unique=True))
    op.add_column("users", sa.Column("rank", sa.SmallInteger(), nullable=False, server_default=sa.text("0"), index=True))
    op.add_column(column=sa.Column("total", sa.Float, sa.Computed("rank * 2", persisted=True)), table_name="users")
    op.add_column("users", sa.Column("serial", sa.BigInteger(), sa.Identity(always=True)))
    op.add_column("users", sa.Column(name="note", type_=sa.Text(), default="x"), schema=None)
    op.add_column("users", sa.Column("flag", sa.Boolean, nullable=False, server_default=sa.false()))
    op.alter_column("users", "name", existing_type=sa.Unicode(80), type_=sa.String(200), nullable=False)
    op.alter_column("users", "rank", server_default=None, existing_type=sa.SmallInteger())
    op.alter_column("users", "phone", new_column_name="telephone", existing_type=sa.String(20))
    op.alter_column("users", "balance", type_=sa.Numeric(14, 2), postgresql_using="balance::numeric(14,2)")
    op.alter_column("users", column_name="born", server_default=sa.func.current_date())


def downgrade():
    op.alter_column("users", "telephone", new_column_name="phone")
    for name in ["flag", "note", "serial", "total", "rank", "code", "city_id", "phone"]:
        op.drop_column("users", name)
