"""tables"""

from alembic import op
import sqlalchemy as sa

revision = "01ta1eef"
down_revision = None
branch_labels = None
depends_on = None

def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Unicode(80)),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("balance", sa.Numeric(precision=12, scale=2), server_default="0"),
        sa.Column("born", sa.Date),
        sa.Column("picture", sa.LargeBinary()),
        sa.Column("settings", sa.JSON(), server_default=sa.text("'{}'")),
        sa.Column("joined_at", sa.DateTime(), server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.CheckConstraint("balance >= 0", name="ck_users_balance"),
    )
    op.create_index(op.f("ix_users_name"), "users", ["name"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), index=True),
        sa.Column("parent_id", sa.BigInteger, nullable=True),
        sa.Column("status", sa.Enum("draft", "sent", name="order_status"), nullable=False),
        sa.Column("kind", sa.Enum("a", "bb", native_enum=False)),
        sa.ForeignKeyConstraint(["parent_id"], ["orders.id"], name="fk_orders_parent"),
        sa.Index("ix_orders_status", "status"),
        schema="sales",
        comment="what was sold",
    )


def downgrade():
    op.drop_table("orders", schema="sales")
    op.drop_index(op.f("ix_users_name"), table_name="users")
    op.drop_table("users")
