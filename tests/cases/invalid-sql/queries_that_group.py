# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5d07c2e94ab1"
down_revision = None


def upgrade():
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.Text()),
        sa.Column("name", sa.Text()),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shop_id", sa.Integer()),
        sa.Column("total", sa.Integer()),
    )


def downgrade():
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_queries.py
import sqlalchemy as sa
from alembic import op

revision = "b3f8061d7ec4"
down_revision = "5d07c2e94ab1"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT code, name, count(*) FROM shops GROUP BY code"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT name, max(id) FROM shops"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT max(id) FROM shops GROUP BY code HAVING name = 'x'"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT s.name, sum(o.total) FROM shops s JOIN orders o ON o.shop_id = s.id GROUP BY s.code"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT max(count(*)) FROM shops GROUP BY code"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT id FROM shops WHERE row_number() OVER (ORDER BY id) > 1"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT id FROM shops WHERE id NOT IN (SELECT min(id), code FROM shops GROUP BY code)"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT id, code FROM shops UNION ALL SELECT id FROM orders"))  # expect: invalid-sql


def downgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT id, name, count(*) FROM shops GROUP BY id"))
    bind.execute(sa.text("SELECT s.*, count(*) FROM shops s JOIN orders o ON o.shop_id = s.id GROUP BY s.id"))
    bind.execute(sa.text("SELECT s.name, sum(o.total) FROM shops s JOIN orders o ON o.shop_id = s.id GROUP BY s.id"))
    bind.execute(sa.text("SELECT lower(code) AS c, count(*) FROM shops GROUP BY c"))
    bind.execute(sa.text("SELECT lower(code), count(*) FROM shops GROUP BY 1"))
    bind.execute(sa.text("SELECT lower(code), count(*) FROM shops GROUP BY lower(code)"))
    bind.execute(sa.text("SELECT lower(code) || 'x', count(*) FROM shops GROUP BY lower(code)"))
    bind.execute(sa.text("SELECT mode() WITHIN GROUP (ORDER BY name), code FROM shops GROUP BY code"))
    bind.execute(sa.text("SELECT code, name FROM shops GROUP BY ROLLUP (code, name)"))
    bind.execute(sa.text("SELECT id, count(*) OVER (PARTITION BY code) FROM shops"))
    bind.execute(sa.text("SELECT code, (SELECT count(*) FROM orders o WHERE o.shop_id = shops.id) FROM shops"))
    bind.execute(sa.text("SELECT id FROM shops s WHERE EXISTS (SELECT o.shop_id, s.name FROM orders o GROUP BY o.shop_id)"))
    bind.execute(sa.text("SELECT id FROM shops WHERE (id, code) IN (SELECT min(id), code FROM shops GROUP BY code)"))
    bind.execute(sa.text("SELECT sum(total) FILTER (WHERE total > 1) FROM orders"))
    bind.execute(sa.text("SELECT max(total) - min(total) FROM orders HAVING count(*) > 1"))
    bind.execute(sa.text("SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM shops) t WHERE n > 1"))
    bind.execute(sa.text("SELECT sum(count(*)) OVER () FROM shops GROUP BY code"))
    bind.execute(sa.text("SELECT id, code FROM shops UNION SELECT id, NULL FROM orders"))
    bind.execute(sa.text("SELECT * FROM shops UNION SELECT id, 'a', 'b' FROM orders"))
