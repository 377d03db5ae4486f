# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "3b7d04e1f6a9"
down_revision = None


def upgrade():
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20)),
        sa.Column("settings", sa.JSON()),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("shop_code", sa.Integer()),
        sa.Column("shop_id", sa.BigInteger()),
    )
    op.execute("CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")


def downgrade():
    op.drop_table("numbered")
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_rows.py
import sqlalchemy as sa
from alembic import op

revision = "91c5ae70d2f4"
down_revision = "3b7d04e1f6a9"


def upgrade():
    op.execute("DELETE FROM orders o USING shops s WHERE o.shop_code = s.code AND o.id = 1")  # expect: impossible-cast
    op.execute("DELETE FROM orders o USING shops s WHERE o.shop_id = s.id AND o.id = 1")  # expect: delete-rows?
    op.execute("DELETE FROM shops WHERE code = 7")  # expect: impossible-cast
    op.execute("DELETE FROM shops WHERE settings = '{}'")  # expect: impossible-cast
    op.execute("CREATE VIEW sold AS SELECT s.id FROM shops s JOIN orders o ON o.shop_code = s.code")  # expect: impossible-cast
    op.execute("CREATE VIEW cast_sold AS SELECT s.id FROM shops s JOIN orders o ON o.shop_code::text = s.code")
    op.execute("WITH s AS (SELECT id::text AS code FROM shops) DELETE FROM orders o USING s WHERE o.shop_code = s.code")  # expect: delete-rows?
    op.execute("INSERT INTO numbered (id, name) VALUES (1, 'a') ON CONFLICT DO NOTHING")  # expect: impossible-cast
    op.execute("INSERT INTO numbered (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'a') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO numbered (id, name) VALUES (DEFAULT, 'a') ON CONFLICT DO NOTHING")


def downgrade():
    op.execute("DROP VIEW cast_sold")
    op.execute("DROP VIEW sold")
