# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "f20b6c9d4e81"
down_revision = None


def upgrade():
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("settings", sa.JSON()),
        sa.Column("open", sa.Boolean()),
        sa.Column("made_at", sa.DateTime()),
    )


def downgrade():
    op.drop_table("shops")

# upstream
# file: 2_rows.py
import json
import uuid
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "6d8e1f70a9c3"
down_revision = "f20b6c9d4e81"

plain = sa.table("shops", sa.column("id"), sa.column("settings"), sa.column("open", sa.Boolean))
typed = sa.table("shops", sa.column("id", sa.Integer), sa.column("settings", sa.JSON), sa.column("open", sa.Boolean))


def upgrade():
    op.bulk_insert(plain, [{"id": 1, "settings": {"a": 1}}])  # expect: wrong-arguments
    op.bulk_insert(plain, [{"id": 2, "open": "yes"}])  # expect: wrong-arguments
    op.get_bind().execute(sa.text("UPDATE shops SET settings = :s WHERE id = 1"), {"s": {"a": 1}})  # expect: wrong-arguments, overwrite-without-copy?
    op.alter_column("shops", "made_at", server_default=datetime.utcnow())  # expect: wrong-arguments
    op.add_column("shops", sa.Column("key", sa.Uuid(), server_default=uuid.uuid4()))  # expect: wrong-arguments
    op.add_column("shops", sa.Column("price", sa.Numeric(), server_default=Decimal("0")))  # expect: wrong-arguments


def downgrade():  # expect: downgrade-incomplete?
    op.drop_column("shops", "price")
    op.drop_column("shops", "key")
    op.bulk_insert(typed, [{"id": 3, "settings": {"a": 1}, "open": True}])
    op.bulk_insert(plain, [{"id": 4, "settings": json.dumps({"a": 1}), "open": 1}])
    op.get_bind().execute(sa.text("UPDATE shops SET settings = :s WHERE id = 1"), {"s": json.dumps({"a": 1})})
    op.alter_column("shops", "made_at", server_default=str(datetime.utcnow()))
    op.alter_column("shops", "made_at", server_default=sa.func.now())
