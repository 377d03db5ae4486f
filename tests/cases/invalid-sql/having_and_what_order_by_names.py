# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "4f1e8a20c6d7"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.Text()))
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("shop_id", sa.Integer()), sa.Column("code", sa.Text()))


def downgrade():
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_queries.py
import sqlalchemy as sa
from alembic import op

revision = "e5a94b7310fd"
down_revision = "4f1e8a20c6d7"

orders = sa.table("orders", sa.column("id"), sa.column("shop_id"))


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT DISTINCT ON (code) o.code, s.id FROM orders o JOIN shops s ON s.id = o.shop_id ORDER BY code, id"))
    bind.execute(sa.text("SELECT o.shop_id FROM orders o JOIN shops s ON s.id = o.shop_id ORDER BY code"))  # expect: invalid-sql
    bind.execute(sa.select(orders.c.shop_id).having(sa.func.count(orders.c.id) > 1).group_by(orders.c.shop_id))
    bind.execute(sa.select(orders.c.shop_id).where(sa.func.count(orders.c.id) > 1))  # expect: invalid-sql


def downgrade():
    pass
