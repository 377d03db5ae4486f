# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: ../../shop/core.py
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

# file: ../../shop/models/__init__.py
from shop.core import db
from shop.names import convention

db.metadata.naming_convention = convention

# file: ../env.py
from alembic import context
from shop.core import db

target_metadata = db.metadata
context.configure(target_metadata=target_metadata)

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "3e81b7d5c0f2"
down_revision = None


def upgrade():
    op.create_table("owners", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "cats",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner_id", sa.Integer()),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"]),
    )


def downgrade():
    op.drop_table("cats")
    op.drop_table("owners")

# upstream

# file: 0002_b.py
from alembic import op

revision = "90c4f6a2e1bd"
down_revision = "3e81b7d5c0f2"


def upgrade():
    op.drop_constraint("fk_cats_owner_id_owners", "cats", type_="foreignkey")  # expect: drop-constraint?
    op.drop_constraint("fk_cats_boss_id_owners", "cats", type_="foreignkey")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.create_foreign_key("fk_cats_owner_id_owners", "cats", "owners", ["owner_id"], ["id"])
