"""Drop the mood type"""
from alembic import op

revision = "84c15a715d11"
down_revision = None


def upgrade():
    op.execute("DROP TYPE mood CASCADE")


def downgrade():
    op.execute("CREATE TYPE mood AS ENUM ('glad', 'sad')")
