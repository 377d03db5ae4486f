import sqlalchemy as sa
from alembic import op

revision = "e4eefa50802e"
down_revision = None


def upgrade():
    op.add_column("metrics", sa.Column("value_new", sa.BigInteger(), nullable=True))
    op.execute("UPDATE metrics SET value_new = value")  # expect: unbatched-data-migration?
    # Backup plan: metrics.value is kept in the nightly backups for 90 days
    op.drop_column("metrics", "value")  # expect: column-type-change?
    op.alter_column("metrics", "value_new", new_column_name="value")


def downgrade():
    op.alter_column("metrics", "value", new_column_name="value_new")
    op.add_column("metrics", sa.Column("value", sa.Integer()))
    op.drop_column("metrics", "value_new")
