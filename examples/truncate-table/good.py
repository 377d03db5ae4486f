"""Remove the rates of a source that is gone"""
from alembic import op

revision = "32ce0c35a3ba"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE rates_removed AS SELECT * FROM rates WHERE source = 'ecb-old'")
    op.execute("DELETE FROM rates WHERE source = 'ecb-old'")


def downgrade():
    op.execute("INSERT INTO rates SELECT * FROM rates_removed")
    op.execute("DROP TABLE rates_removed")
