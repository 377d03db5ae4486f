"""Load the countries"""
from alembic import op
import sqlalchemy as sa

revision = "f1d840b6ce97"
down_revision = None

CODES = ["at", "be", "cz", "de"]


def upgrade():
    countries = op.create_table("countries", sa.Column("code", sa.String(2), primary_key=True))
    op.bulk_insert(countries, [{"code": code} for code in CODES])


def downgrade():
    op.drop_table("countries")
