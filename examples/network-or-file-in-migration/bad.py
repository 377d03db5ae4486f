"""Load the countries"""
from alembic import op
import requests
import sqlalchemy as sa

revision = "f1d840b6ce97"
down_revision = None


def upgrade():
    countries = sa.table("countries", sa.column("code"))
    op.create_table("countries", sa.Column("code", sa.String(2), primary_key=True))
    codes = requests.get("https://example.com/countries.json", timeout=10).json()
    op.bulk_insert(countries, [{"code": code} for code in codes])


def downgrade():
    op.drop_table("countries")
