# file: 0001_an_index_to_become_the_key.py
"""An index to become the key"""
from alembic import op

revision = "296e4e970b25"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("memberships_pkey", "memberships", ["group_id", "user_id"], unique=True, postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("memberships_pkey", table_name="memberships", postgresql_concurrently=True)

# upstream

# file: 0002_memberships_have_a_key.py
"""Memberships have a key"""
from alembic import op

revision = "4e0957015234"
down_revision = "296e4e970b25"


def upgrade():
    op.execute("ALTER TABLE memberships ADD CONSTRAINT memberships_pkey PRIMARY KEY USING INDEX memberships_pkey")


def downgrade():
    op.drop_constraint("memberships_pkey", "memberships", type_="primary")
    op.create_index("memberships_pkey", "memberships", ["group_id", "user_id"], unique=True)
