"""Keep the domain of e-mail addresses"""
from alembic import op
import sqlalchemy as sa

revision = "b7e3d1085fa9"
down_revision = None


def upgrade():
    op.create_table(
        "email_domains",
        sa.Column("user_id", sa.Integer(), primary_key=True),
        sa.Column("domain", sa.String(200), nullable=False),
    )
    op.execute(
        "INSERT INTO email_domains (user_id, domain) "
        "SELECT id, split_part(email, '@', 2) FROM users"
    )


def downgrade():
    op.drop_table("email_domains")
