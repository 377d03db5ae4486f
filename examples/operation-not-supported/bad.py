# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 0001_unique_email.py
"""Make e-mail addresses unique"""
from alembic import op

revision = "1c9e7b46d0fa"
down_revision = None


def upgrade():
    op.create_unique_constraint("uq_members_email", "members", ["email"])


def downgrade():
    op.drop_constraint("uq_members_email", "members", type_="unique")
