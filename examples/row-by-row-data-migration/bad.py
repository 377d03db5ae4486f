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
    bind = op.get_bind()
    for user in bind.execute(sa.text("SELECT id, email FROM users")):
        bind.execute(
            sa.text("INSERT INTO email_domains (user_id, domain) VALUES (:id, :domain)"),
            {"id": user.id, "domain": user.email.split("@")[1]},
        )


def downgrade():
    op.drop_table("email_domains")
