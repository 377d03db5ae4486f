# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "7e2b94c0d6f1"
down_revision = None


def upgrade():
    op.create_table(
        "shops", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.Text())
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shop_id", sa.Integer()),
        sa.Column("code", sa.Text()),
    )


def downgrade():
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_queries.py
import sqlalchemy as sa
from alembic import op

revision = "c90a3d57e8b2"
down_revision = "7e2b94c0d6f1"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT id FROM shops JOIN orders ON shop_id = shops.id"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT o.id FROM orders WHERE code = 'x'"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT orders.id FROM orders o"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT id FROM shops WHERE id = max(id)"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT id FROM shops WHERE id = (SELECT max(id) FROM shops)"))
    bind.execute(sa.text("SELECT o.id FROM shops, LATERAL (SELECT id FROM orders WHERE shop_id = shops.id) o"))


def downgrade():
    pass
