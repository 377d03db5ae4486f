# file: 5e0b7c9d21f4_make_members.py
"""Make members"""
from alembic import op
import sqlalchemy as sa

revision = "5e0b7c9d21f4"
down_revision = None


def upgrade():
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("nick", sa.String(40), nullable=False),
    )


def downgrade():
    op.drop_table("members")


# upstream
# file: 91c3e6a7d05b_name_members.py
"""Let nicknames be longer"""
from alembic import op
import sqlalchemy as sa

revision = "91c3e6a7d05b"
down_revision = "5e0b7c9d21f4"


def upgrade():
    op.alter_column("members", "nick", type_=sa.String(80), existing_type=sa.String(40))


def downgrade():
    op.alter_column("members", "nick", type_=sa.String(40), existing_type=sa.String(80))
