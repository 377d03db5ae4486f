import os

from alembic import op

revision = "3337cea1aacd"
down_revision = None


def upgrade():
    key = os.environ.get("PROVIDER_KEY")
    if not key:  # expect: environment-dependent?
        return
    op.execute("INSERT INTO providers (name) VALUES ('exa') ON CONFLICT DO NOTHING")


def downgrade():
    op.execute("DELETE FROM providers WHERE name = 'exa'")
