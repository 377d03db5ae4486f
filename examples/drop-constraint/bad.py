"""Names of tags need not be unique"""
from alembic import op

revision = "19d629fda137"
down_revision = None


def upgrade():
    op.drop_constraint("uq_tags_name", "tags", type_="unique")


def downgrade():
    op.create_unique_constraint("uq_tags_name", "tags", ["name"])
