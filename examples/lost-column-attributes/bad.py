# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_customers.py
"""Create the customers table"""
from alembic import op
import sqlalchemy as sa

revision = "b02f7c916ea8"
down_revision = None


def upgrade():
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("note", sa.String(100), nullable=False, server_default=""),
    )


def downgrade():
    op.drop_table("customers")

# upstream

# file: 0002_longer_notes.py
"""Allow longer notes"""
from alembic import op
import sqlalchemy as sa

revision = "f6a3908d5c2b"
down_revision = "b02f7c916ea8"


def upgrade():
    op.alter_column("customers", "note", type_=sa.String(200))


def downgrade():
    op.alter_column(
        "customers", "note", type_=sa.String(100), existing_type=sa.String(200),
        existing_nullable=False, existing_server_default="",
    )
