# file: ../../alembic.ini
[alembic]
script_location = shop/migrations

# file: ../../shop/app.py
from importlib.metadata import entry_points


def configure(config):
    locations = set(config.get_main_option("version_locations", "").split())
    for point in entry_points(group="alembic"):
        locations.add(point.value)
    config.set_main_option("version_locations", " ".join(locations))

# file: ../../shop/migrations/env.py
from alembic import context

# file: ../../shop/migrations/versions/0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "2c60d8f3a91e"
down_revision = None
depends_on = "f00dc0de1234"  # expect: missing-parent?


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("notes")
