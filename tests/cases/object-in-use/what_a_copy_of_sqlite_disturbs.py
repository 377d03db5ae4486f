# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "b61e09d4f7a3"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20)))
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20)), sa.Column("total", sa.Integer()))
    op.create_table("logs", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.String(20)))
    op.execute("CREATE VIEW codes AS SELECT id, code FROM shops")
    op.execute("CREATE TRIGGER counted AFTER INSERT ON logs BEGIN UPDATE orders SET total = total + 1 WHERE id = NEW.id; END")
    op.create_index("ix_orders", "orders", ["code"], sqlite_where=sa.text("total > 0"))


def downgrade():
    op.drop_index("ix_orders", "orders")
    op.execute("DROP TRIGGER counted")
    op.execute("DROP VIEW codes")
    op.drop_table("logs")
    op.drop_table("orders")
    op.drop_table("shops")

# upstream
# file: 2_copies.py
import sqlalchemy as sa
from alembic import op

revision = "07d3c8f6a9e2"
down_revision = "b61e09d4f7a3"


def upgrade():
    with op.batch_alter_table("shops") as batch_op:
        batch_op.alter_column("code", type_=sa.Text(), existing_type=sa.String(20))  # expect: object-in-use
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("code", type_=sa.Text(), existing_type=sa.String(20))  # expect: object-in-use
    with op.batch_alter_table("logs") as batch_op:
        batch_op.alter_column("code", type_=sa.Text(), existing_type=sa.String(20))  # expect: batch-table-copy?
    op.drop_column("orders", "total")  # expect: object-in-use


def downgrade():  # expect: downgrade-incomplete?
    op.add_column("orders", sa.Column("total", sa.Integer()))
    op.execute("DROP VIEW codes")
    op.execute("DROP TRIGGER counted")
    with op.batch_alter_table("logs") as batch_op:
        batch_op.alter_column("code", type_=sa.String(20), existing_type=sa.Text())
    with op.batch_alter_table("orders") as batch_op:
        batch_op.alter_column("code", type_=sa.String(20), existing_type=sa.Text())
    with op.batch_alter_table("shops") as batch_op:
        batch_op.alter_column("code", type_=sa.String(20), existing_type=sa.Text())
    op.execute("CREATE VIEW codes AS SELECT id, code FROM shops")
    op.execute("CREATE TRIGGER counted AFTER INSERT ON logs BEGIN UPDATE orders SET total = total + 1 WHERE id = NEW.id; END")
