# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mariadb+pymysql://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "8f1b6e30c7d9"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20), unique=True))
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shop_id", sa.Integer(), sa.ForeignKey("shops.id")),
        sa.Column("number", sa.Integer()),
        sa.Column("place", sa.Integer(), sa.ForeignKey("shops.id", name="fk_place", ondelete="SET NULL")),
        sa.UniqueConstraint("shop_id", "number", name="uq_orders"),
    )


def downgrade():
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_names.py
import sqlalchemy as sa
from alembic import op

revision = "2c9d7a04e5f8"
down_revision = "8f1b6e30c7d9"


def upgrade():
    op.drop_constraint("uq_orders", "orders", type_="unique")  # expect: object-in-use
    op.drop_constraint("fk_orders_shop_id_shops", "orders", type_="foreignkey")  # expect: missing-object
    op.drop_index("ix_shops_code", table_name="shops")  # expect: missing-object
    op.alter_column("orders", "place", existing_type=sa.Integer(), nullable=False)  # expect: impossible-cast


def downgrade():  # expect: downgrade-incomplete?
    op.alter_column("orders", "place", existing_type=sa.Integer(), nullable=True)
