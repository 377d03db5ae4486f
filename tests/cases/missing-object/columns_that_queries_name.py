# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "4a6e0d93b1c8"
down_revision = None


def upgrade():
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20)),
        sa.Column("old_name", sa.Text()),
        sa.Column("settings", sa.dialects.postgresql.JSONB()),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shop_id", sa.Integer()),
        sa.Column("total", sa.Integer()),
        sa.Column("made_at", sa.DateTime()),
    )
    op.execute("CREATE VIEW open_orders AS SELECT id, shop_id FROM orders")
    op.drop_column("shops", "old_name")
    op.execute("CREATE SEQUENCE counts")
    op.execute("ALTER SEQUENCE counts RENAME TO counted")
    op.execute("CREATE SEQUENCE numbers")


def downgrade():
    op.execute("DROP SEQUENCE numbers")
    op.execute("DROP SEQUENCE counted")
    op.execute("DROP VIEW open_orders")
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_wrong.py
import sqlalchemy as sa
from alembic import op

revision = "0f7c25d8e9a3"
down_revision = "4a6e0d93b1c8"

shops = sa.table("shops", sa.column("id"), sa.column("old_name"))


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT id, old_name FROM shops")).fetchall()  # expect: missing-object
    bind.execute(sa.select(shops.c.id, shops.c.old_name)).fetchall()  # expect: missing-object
    bind.execute(sa.text("SELECT 1 FROM carts"))  # expect: missing-object?
    bind.execute(sa.text("SELECT s.code FROM shops s JOIN orders o ON o.shop = s.id"))  # expect: missing-object
    bind.execute(sa.text("WITH c AS (SELECT name FROM shops) SELECT name FROM c"))  # expect: missing-object
    bind.execute(sa.text("SELECT id FROM shops WHERE EXISTS (SELECT 1 FROM orders WHERE shop = shops.id)"))  # expect: missing-object
    op.execute("UPDATE shops SET code = (SELECT max(sum) FROM orders) WHERE id = 1 AND code IS NULL")  # expect: missing-object
    op.execute("UPDATE shops SET code = 'x' FROM orders o WHERE o.shop = shops.id AND code IS NULL AND o.id = 1")  # expect: missing-object
    bind.execute(sa.text("SELECT code FROM shops ORDER BY name"))  # expect: missing-object
    bind.execute(sa.text("SELECT setval('shops_number_seq', 1)"))  # expect: missing-object


def downgrade():
    pass

# file: 3_right.py
import sqlalchemy as sa
from alembic import op

revision = "b83d1e6f40c7"
down_revision = "0f7c25d8e9a3"

shops = sa.table("shops", sa.column("id"), sa.column("code"))


def upgrade():
    bind = op.get_bind()
    for sql in (
        "SELECT s.*, s.ctid FROM shops AS s",
        "SELECT shops FROM shops",
        "SELECT id AS number, code label FROM shops ORDER BY number, label DESC NULLS LAST",
        "SELECT code FROM shops s WHERE id IN (SELECT shop_id FROM orders WHERE s.id = shop_id)",
        "WITH RECURSIVE c (n) AS (SELECT 1 UNION SELECT n + 1 FROM c WHERE n < 9) SELECT n FROM c",
        "SELECT e.key, value FROM shops, jsonb_each(settings) AS e (key, value)",
        "SELECT n FROM generate_series(1, 3) n, unnest(ARRAY[1]) AS u",
        "SELECT x.total, y FROM (SELECT total, id AS y FROM orders) x",
        "SELECT extract(epoch FROM made_at), position('a' IN code) FROM shops, orders",
        "SELECT sum(total) FILTER (WHERE total > 0) OVER (PARTITION BY shop_id ORDER BY made_at) FROM orders",
        "SELECT string_agg(code, ',' ORDER BY code) FROM shops GROUP BY code HAVING count(*) > 1",
        "SELECT id FROM shops JOIN orders USING (id)",
        "SELECT shop_id FROM open_orders WHERE whatever = 1",
        "SELECT current_user, user, now() FROM shops",
        "SELECT (a.n).x FROM (SELECT shops AS n FROM shops) a",
        "SELECT code FROM ((SELECT code, id FROM shops) s JOIN (SELECT shop_id FROM orders) o ON s.id = o.shop_id)",
        "SELECT CASE WHEN total > 1 THEN 'a' END, total::text, made_at AT TIME ZONE 'utc' FROM orders",
        "SELECT (SELECT count(*) FROM orders WHERE shop_id = shops.id) AS n FROM shops WHERE id = ANY(ARRAY[1])",
        "SELECT reltuples FROM pg_class WHERE relname = 'shops'",
        "SELECT setval('shops_id_seq', (SELECT max(id) FROM shops))",
        "SELECT setval('numbers', 1), nextval('counted')",
        "SELECT DISTINCT ON (code) code, id FROM shops UNION ALL SELECT 'x', id FROM orders ORDER BY code",
    ):
        bind.execute(sa.text(sql))
    bind.execute(sa.select(shops.c.id).where(shops.c.code == "x").order_by(shops.c.id))
    op.execute("CREATE VIEW parts AS SELECT part ->> 'n' AS n FROM shops s, jsonb_array_elements(s.settings) AS part")


def downgrade():
    op.execute("DROP VIEW parts")
