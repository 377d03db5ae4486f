# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "e41c7b80d2a9"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('calm', 'wild')")
    op.execute("CREATE TYPE state AS ENUM ('calm', 'wild')")
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20)),
        sa.Column("label", sa.Text()),
        sa.Column("settings", sa.JSON()),
        sa.Column("document", sa.dialects.postgresql.JSONB()),
        sa.Column("seen", sa.DateTime()),
        sa.Column("rank", sa.SmallInteger()),
    )
    op.execute("ALTER TABLE shops ADD COLUMN mood mood")
    op.execute("CREATE TABLE kinds (id integer, moods mood[])")


def downgrade():
    op.execute("DROP TABLE kinds")
    op.drop_table("shops")
    op.execute("DROP TYPE state")
    op.execute("DROP TYPE mood")

# upstream
# file: 2_wrong.py
import sqlalchemy as sa
from alembic import op

revision = "5b09d2f7c6e3"
down_revision = "e41c7b80d2a9"


def upgrade():
    bind = op.get_bind()
    op.execute("UPDATE shops SET rank = code WHERE id = 1")  # expect: impossible-cast
    op.execute("INSERT INTO shops (id, rank) SELECT id + 9, label FROM shops WHERE id = 1 ON CONFLICT DO NOTHING")  # expect: impossible-cast
    bind.execute(sa.text("SELECT lower(rank) FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT jsonb_object_keys(settings) FROM shops"))  # expect: impossible-cast
    op.execute("UPDATE shops SET rank = 70000 WHERE id = 1 AND rank IS NULL")  # expect: impossible-cast
    op.execute("UPDATE shops SET seen = '2021-02-30' WHERE id = 1 AND seen IS NULL")  # expect: impossible-cast
    op.execute("ALTER TABLE kinds ADD CONSTRAINT kinds_id CHECK (id = 'x') NOT VALID")  # expect: impossible-cast
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_code ON shops USING gin (code, document jsonb_path_ops)")  # expect: impossible-cast


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP INDEX ix_code")

# file: 3_right.py
import sqlalchemy as sa
from alembic import op

revision = "d70f3e5a91b4"
down_revision = "5b09d2f7c6e3"


def upgrade():
    bind = op.get_bind()
    op.execute("UPDATE shops SET label = code WHERE id = 1 AND label IS NULL")  # expect: data-migration-without-downgrade?
    op.execute("UPDATE shops SET document = settings WHERE id = 1 AND document IS NULL")
    op.execute("UPDATE shops SET rank = code::integer WHERE id = 1 AND rank IS NULL")
    op.execute("UPDATE shops SET seen = '2020-02-29' WHERE id = 1 AND seen IS NULL")
    bind.execute(sa.text("SELECT lower(code), abs(rank), jsonb_object_keys(document) FROM shops"))
    with op.get_context().autocommit_block():
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_doc ON shops USING gin (document, code gin_trgm_ops)")  # expect: missing-object?


def downgrade():
    op.execute("DROP INDEX ix_doc")
