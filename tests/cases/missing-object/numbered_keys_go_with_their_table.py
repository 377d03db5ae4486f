# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "9c3d70ab15e8"
down_revision = None


def upgrade():
    op.create_table("owners", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("cats", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("owner_id", sa.Integer()))
    op.create_foreign_key("cats_ibfk_1", "cats", "owners", ["owner_id"], ["id"])
    op.create_foreign_key("cat_owner", "cats", "owners", ["id"], ["id"])
    op.rename_table("cats", "pets")


def downgrade():
    op.drop_table("pets")
    op.drop_table("owners")

# upstream

# file: 0002_b.py
from alembic import op

revision = "27f5e61d8b04"
down_revision = "9c3d70ab15e8"


def upgrade():
    op.drop_constraint("pets_ibfk_1", "pets", type_="foreignkey")  # expect: drop-constraint?
    op.drop_constraint("cat_owner", "pets", type_="foreignkey")  # expect: drop-constraint?
    op.drop_constraint("cats_ibfk_1", "pets", type_="foreignkey")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.create_foreign_key("cat_owner", "pets", "owners", ["id"], ["id"])
    op.create_foreign_key("pets_ibfk_1", "pets", "owners", ["owner_id"], ["id"])
