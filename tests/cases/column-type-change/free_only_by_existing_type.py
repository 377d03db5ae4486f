import sqlalchemy as sa
from alembic import op

revision = "fbfc734ccd27"
down_revision = None


def upgrade():
    op.alter_column("notes", "title", existing_type=sa.String(50), type_=sa.String(100))  # expect: column-type-change?


def downgrade():
    op.alter_column("notes", "title", type_=sa.String(50))
