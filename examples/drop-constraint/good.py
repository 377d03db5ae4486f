# file: 0001_names_of_tags_are_unique_by_account.py
"""Names of tags are unique by account"""
from alembic import op

revision = "19d629fda137"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("uq_tags_name_by_account", "tags", ["account_id", "name"], unique=True, postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("uq_tags_name_by_account", table_name="tags", postgresql_concurrently=True)

# upstream

# file: 0002_the_index_takes_the_place_of_the_old_con.py
"""The index takes the place of the old constraint"""
from alembic import op

revision = "3fe1ad87563a"
down_revision = "19d629fda137"


def upgrade():
    op.execute("ALTER TABLE tags ADD CONSTRAINT uq_tags_account UNIQUE USING INDEX uq_tags_name_by_account")
    op.drop_constraint("uq_tags_name", "tags", type_="unique")


def downgrade():
    op.create_unique_constraint("uq_tags_name", "tags", ["name"])
    op.drop_constraint("uq_tags_account", "tags", type_="unique")
    op.create_index("uq_tags_name_by_account", "tags", ["account_id", "name"], unique=True)
