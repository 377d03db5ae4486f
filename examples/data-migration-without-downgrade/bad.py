"""Add Croatia to the countries"""
from alembic import op

revision = "6ab09d3e75f8"
down_revision = None


def upgrade():
    op.execute("INSERT INTO countries (code, name) VALUES ('hr', 'Croatia') ON CONFLICT DO NOTHING")


def downgrade():
    pass
