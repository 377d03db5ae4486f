# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "71c5e0d8b9f4"
down_revision = None


def upgrade():
    op.create_table("shops", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("shops")

# upstream
# file: 2_names.py
import sqlalchemy as sa
from alembic import op

revision = "d4f98a02c6e7"
down_revision = "71c5e0d8b9f4"


def upgrade():
    name = op.get_bind().dialect.name
    if name == "sqlite":
        kind = sa.Text()
    elif name == "mysql":
        import json as kind
    op.add_column("shops", sa.Column("note", kind))  # expect: undefined-name
    op.add_column("shops", sa.Column("size", size))  # expect: undefined-name
    size = sa.Integer()


def downgrade():  # expect: downgrade-incomplete?
    name = op.get_bind().dialect.name
    if name == "postgresql":
        kind = "note"
    else:
        other = "size"
    op.drop_column("shops", kind)
    rows = op.get_bind().execute(sa.text("SELECT id FROM shops"))
    for row in rows:
        last = row
    print(last)
    if rows.first():
        found = 1
    print(found)
    try:
        number = int(name)
    except ValueError:
        pass
    print(number)
