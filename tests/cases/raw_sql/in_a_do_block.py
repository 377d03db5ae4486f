from alembic import op

revision = "2d0ef209e437"
down_revision = None


def upgrade():
    op.execute("""
        DO $$
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'x') THEN
                ALTER TABLE a ADD COLUMN c int NOT NULL;  -- # expect: not-null-without-default
                CREATE INDEX x ON a (c);  -- # expect: index-without-concurrently
            END IF;
        END
        $$
    """)


def downgrade():
    op.execute("ALTER TABLE a DROP COLUMN c")
