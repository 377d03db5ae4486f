from alembic import op

revision = "742219882a43"
down_revision = None


def upgrade():
    op.execute("CREATE UNIQUE INDEX uq ON a (x)")  # expect: index-without-concurrently
    op.execute("ALTER TABLE b ADD COLUMN c int REFERENCES u (id)")  # expect: foreign-key-locks-referenced-table?
    op.execute("ALTER TABLE b ADD COLUMN d int DEFAULT 1 REFERENCES u (id)")  # expect: foreign-key-without-not-valid
    op.execute("ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (e) REFERENCES u (id)")  # expect: foreign-key-without-not-valid
    op.execute("ALTER TABLE b ADD PRIMARY KEY (id)")  # expect: primary-key-scan
    op.execute("ALTER TABLE b ALTER x SET NOT NULL")  # expect: not-null-on-existing-column
    op.execute("ALTER TABLE b ADD CHECK (x > 0)")  # expect: check-without-not-valid
    op.execute("ALTER TABLE b RENAME COLUMN p TO q")  # expect: rename-column
    op.execute("ALTER TABLE b RENAME TO bb")  # expect: rename-table
    op.execute("DROP INDEX CONCURRENTLY ix")  # expect: concurrently-in-transaction
    op.execute("VACUUM FULL a")  # expect: concurrently-in-transaction
    op.execute("DELETE FROM a WHERE true")  # expect: delete-without-filter
    op.execute("ALTER TABLE z DISABLE TRIGGER ALL")  # expect: brief-exclusive-lock?


def downgrade():  # expect: missing-downgrade?
    raise NotImplementedError("kinds of SQL, told without a story")
