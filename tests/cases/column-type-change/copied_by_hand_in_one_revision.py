import sqlalchemy as sa
from alembic import op

revision = "d298ea763352"
down_revision = None


def upgrade():
    op.add_column("metrics", sa.Column("value_new", sa.BigInteger(), nullable=True))
    op.execute("UPDATE metrics SET value_new = value")  # expect: unbatched-data-migration?
    op.drop_column("metrics", "value")  # expect: column-type-change
    op.alter_column("metrics", "value_new", new_column_name="value")


def downgrade():
    op.alter_column("metrics", "value", new_column_name="value_new")
    op.add_column("metrics", sa.Column("value", sa.Integer()))
    op.drop_column("metrics", "value_new")
