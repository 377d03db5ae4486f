# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 0001_a.py
"""Change the members"""
from alembic import op
import sqlalchemy as sa

revision = "7bd0e4f192ca"
down_revision = None


def upgrade():
    op.add_column("members", sa.Column("nick", sa.String(20)))
    op.alter_column("members", "name", nullable=False)  # expect: operation-not-supported
    op.create_foreign_key("fk_members_team", "members", "teams", ["team_id"], ["id"])  # expect: operation-not-supported
    with op.batch_alter_table("members") as batch_op:
        batch_op.alter_column("name", nullable=True)  # expect: batch-table-copy?


def downgrade():
    with op.batch_alter_table("members") as batch_op:
        batch_op.drop_constraint("fk_members_team", type_="foreignkey")
        batch_op.drop_column("nick")
