from alembic import op

revision = "89fa2afd330f"
down_revision = None


def upgrade():
    op.execute("""
        ALTER TABLE users ADD COLUMN a int NOT NULL;  -- # expect: not-null-without-default
        CREATE INDEX ix_users_a ON users (a);  -- # expect: index-without-concurrently
        ALTER TABLE users ADD CONSTRAINT ck CHECK (a > 0);  -- # expect: check-without-not-valid
    """)


def downgrade():
    op.execute("ALTER TABLE users DROP COLUMN a")
