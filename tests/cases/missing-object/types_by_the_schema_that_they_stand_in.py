# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "446cde2aa898"
down_revision = None

kind = postgresql.ENUM("a", "b", name="kind", schema="shop", create_type=False)


def upgrade():
    kind.create(op.get_bind(), checkfirst=True)
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("kind", kind), schema="shop")


def downgrade():
    op.drop_table("notes", schema="shop")
    kind.drop(op.get_bind(), checkfirst=True)


# file: 0002_revision.py
from alembic import op

revision = "5588e7dc9a33"
down_revision = "446cde2aa898"


def upgrade():
    op.execute("ALTER TYPE shop.kind ADD VALUE IF NOT EXISTS 'c'")


def downgrade():
    pass


# file: 0003_revision.py
from alembic import op

revision = "66f0a1b2c3d4"
down_revision = "5588e7dc9a33"


def upgrade():
    op.execute("ALTER TYPE shop.kind RENAME VALUE 'd' TO 'e'")  # expect: missing-object


def downgrade():
    op.execute("ALTER TYPE shop.kind RENAME VALUE 'e' TO 'd'")  # expect: missing-object
