"""dialects"""

from alembic import context, op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "09di1667"
down_revision = "08hef778"
branch_labels = None
depends_on = None

def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS citext")
    elif bind.dialect.name == "sqlite":
        op.execute("PRAGMA foreign_keys = OFF")
    else:
        op.execute("SET FOREIGN_KEY_CHECKS = 0")
    dialect = context.get_context().dialect.name
    kind = postgresql.JSONB if dialect == "postgresql" else sa.JSON
    op.add_column("users", sa.Column("extra", kind(), nullable=True))
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(sa.text("ALTER TABLE users ADD CONSTRAINT ck CHECK (rank > 0) NOT VALID"))


def downgrade():
    op.drop_column("users", "extra")
