# file: 1_users.py
import datetime
import uuid
from datetime import datetime as moment

import sqlalchemy as sa
from alembic import op

revision = "b4e7109c5d38"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("made", sa.DateTime(), server_default=moment.utcnow),  # expect: wrong-arguments
        sa.Column("seen", sa.DateTime(), server_default=datetime.datetime.now),  # expect: wrong-arguments
        sa.Column("token", sa.Uuid(), server_default=uuid.uuid4),  # expect: wrong-arguments
        sa.Column("tags", sa.JSON(), server_default=dict),  # expect: wrong-arguments
        sa.Column("left", sa.DateTime(), server_default=sa.func.now()),
        sa.Column("state", sa.Text(), server_default=str("new")),
    )


def downgrade():
    op.drop_table("users")
