import sqlalchemy as sa
from alembic import op

revision = "68c18f9642bd"
down_revision = None


def upgrade():
    op.alter_column("notes", "title", type_=sa.Text())  # expect: column-type-change?


def downgrade():
    op.alter_column("notes", "title", type_=sa.String(50))
