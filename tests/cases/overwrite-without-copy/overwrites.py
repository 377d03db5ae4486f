import sqlalchemy as sa
from alembic import op

revision = "8f550c18654e"
down_revision = None


def upgrade():
    op.execute("UPDATE a SET x = 0 WHERE id = 1")  # expect: overwrite-without-copy?
    op.execute("UPDATE a SET x = 0 WHERE x IS NULL AND id IN (1, 2)")
    op.execute("UPDATE a SET x = 2 WHERE x = 1 AND id IN (1, 2)")
    op.add_column("a", sa.Column("y", sa.Integer()))
    op.execute("UPDATE a SET y = x WHERE id = 1")


def downgrade():
    op.drop_column("a", "y")
    op.execute("UPDATE a SET x = 1 WHERE x = 2")
