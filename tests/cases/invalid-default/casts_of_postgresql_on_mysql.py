# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "9d05e7f1b4a2c6"
down_revision = None


def upgrade():
    op.create_table(
        "plain",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(40), server_default="one :: two", nullable=False),
        sa.Column("other", sa.String(40), server_default=sa.text("'it''s ::'"), nullable=False),
    )
    op.create_table(  # expect: invalid-default
        "cast",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(40), server_default=sa.text("'custom'::character varying"), nullable=False),
    )


def downgrade():
    op.drop_table("cast")
    op.drop_table("plain")
