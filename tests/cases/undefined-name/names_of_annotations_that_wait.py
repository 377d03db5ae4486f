# file: 1_tables.py
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: Union[str, None] = "9b7d05e2f3c1"
down_revision = None


def helper(one: Sequence[str]) -> Mapping:
    return one


def upgrade():
    op.create_table("visits", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("visits")
