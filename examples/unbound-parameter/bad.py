"""Seed the terms of payment
"""
from alembic import op

revision = "93c4f1be0d72"
down_revision = None


def upgrade():
    op.execute("""INSERT INTO terms (code, rule) VALUES ('net28', '{"days":28}') ON CONFLICT DO NOTHING""")


def downgrade():
    op.execute("DELETE FROM terms WHERE code = 'net28'")
