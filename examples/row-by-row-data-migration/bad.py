"""Store the domain of e-mail addresses"""
from alembic import op
import sqlalchemy as sa

revision = "b7e3d1085fa9"
down_revision = None


def upgrade():
    bind = op.get_bind()
    for user in bind.execute(sa.text("SELECT id, email FROM users")):
        bind.execute(
            sa.text("UPDATE users SET domain = :domain WHERE id = :id"),
            {"id": user.id, "domain": user.email.split("@")[1]},
        )


def downgrade():
    op.execute("UPDATE users SET domain = NULL WHERE id > 0")
