"""Open the database to the reports"""
from alembic import op

revision = "eb61d40c97f2"
down_revision = None


def upgrade():
    op.execute("CREATE ROLE reports LOGIN PASSWORD 'correct-horse'")  # expect: hardcoded-secret
    op.execute("ALTER ROLE audit PASSWORD NULL")
    op.execute("CREATE USER MAPPING FOR app SERVER lake OPTIONS (user 'app', password 'plain-sailing')")  # expect: hardcoded-secret
    op.execute("INSERT INTO settings (name, value) VALUES ('etag', 'd41d8cd98f00b204e9800998ecf8427e') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('url', 'postgresql://app:battery-staple@db.acme.io/app') ON CONFLICT DO NOTHING")  # expect: hardcoded-secret


def downgrade():
    op.execute("TRUNCATE settings")
    op.execute("DROP ROLE reports")
