"""Write country codes in upper case"""
from alembic import op

revision = "6ab09d3e75f8"
down_revision = None


def upgrade():
    op.execute("UPDATE addresses SET country = upper(country) WHERE id BETWEEN 1 AND 5000")


def downgrade():
    pass
