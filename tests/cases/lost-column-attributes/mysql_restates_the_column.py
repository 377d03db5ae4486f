# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_a.py
"""Create members"""
from alembic import op
import sqlalchemy as sa

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False, server_default="nobody"),
        sa.Column("nick", sa.String(50)),
    )


def downgrade():
    op.drop_table("members")

# upstream

# file: 0002_b.py
"""Allow longer names"""
from alembic import op
import sqlalchemy as sa

revision = "6e2b04f9c8d1"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.alter_column("members", "name", type_=sa.String(80), existing_nullable=False)  # expect: lost-column-attributes
    op.drop_constraint("uq_members_nick", "members")  # expect: operation-not-supported


def downgrade():
    op.execute("ALTER TABLE members MODIFY name VARCHAR(50) NOT NULL DEFAULT 'nobody'")
    op.create_unique_constraint("uq_members_nick", "members", ["nick"])
