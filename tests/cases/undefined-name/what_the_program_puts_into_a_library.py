# file: 1_roles.py
import sqlalchemy as sa
from advanced_alchemy.types import GUID, DateTimeUTC
from alembic import op

revision = "b90d3e7f51c8"
down_revision = None

sa.GUID = GUID
sa.DateTimeUTC = DateTimeUTC


def upgrade():
    bind = op.get_bind()
    with bind.begin() as transaction:
        op.create_table(
            "roles",
            sa.Column("id", sa.GUID(length=16), nullable=False),
            sa.Column("made_at", sa.DateTimeUTC(timezone=True)),
            sa.Column("kind", sa.Quid()),  # expect: undefined-name
        )
        transaction.commit()  # expect: manual-transaction?


def downgrade():
    op.drop_table("roles")
