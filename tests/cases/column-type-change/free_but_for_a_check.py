# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "3541d7b2b286"
down_revision = None


def upgrade():
    op.create_table(
        "parcels",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("note", sa.String(20)),
        sa.CheckConstraint("length(code) > 3", name="ck_code"),
    )


def downgrade():
    op.drop_table("parcels")

# upstream

# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "131d98e17de3"
down_revision = "3541d7b2b286"


def upgrade():
    op.alter_column("parcels", "code", type_=sa.String(40))  # expect: column-type-change
    op.alter_column("parcels", "note", type_=sa.String(40))


def downgrade():
    op.alter_column("parcels", "note", type_=sa.String(20))
    op.alter_column("parcels", "code", type_=sa.String(20))
