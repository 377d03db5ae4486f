"""Fill in the display name"""
from alembic import op
import sqlalchemy as sa

revision = "2f70a9e4d8c5"
down_revision = None


def upgrade():
    bind = op.get_bind()
    last = bind.scalar(sa.text("SELECT max(id) FROM users")) or 0
    with op.get_context().autocommit_block():
        for first in range(0, last + 1, 5000):
            bind.execute(
                sa.text(
                    "UPDATE users SET display_name = login "
                    "WHERE id >= :first AND id < :end AND display_name IS NULL"
                ),
                {"first": first, "end": first + 5000},
            )


def downgrade():
    pass  # Irreversible: display names that users chose since cannot be distinguished from those filled in
