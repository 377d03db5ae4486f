# file: 1.py
"""Say what tickets are
"""
from alembic import op
import sqlalchemy as sa

revision = "e6b72d90c5fa"
down_revision = None


def upgrade():
    op.get_bind().execute(sa.text("COMMENT ON TABLE tickets IS 'what customers ask of us'"))


def downgrade():
    op.get_bind().execute(sa.text("COMMENT ON TABLE tickets IS NULL"))
# file: ../../requirements.txt
alembic==1.16.5
sqlalchemy==2.0.43
