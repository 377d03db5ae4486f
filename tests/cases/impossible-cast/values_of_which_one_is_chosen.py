# file: 1_tables.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "e17b4c08d935"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('good', 'bad')")
    op.create_table(
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20)),
        sa.Column("key", sa.Uuid()),
        sa.Column("count", sa.Integer()),
        sa.Column("plain", sa.JSON()),
        sa.Column("settings", postgresql.JSONB()),
        sa.Column("made_at", sa.DateTime()),
        sa.Column("tags", postgresql.ARRAY(sa.Text())),
    )


def downgrade():
    op.drop_table("shops")
    op.execute("DROP TYPE mood")

# upstream
# file: 2_values.py
import sqlalchemy as sa
from alembic import op

revision = "4c92d6e0f7b8"
down_revision = "e17b4c08d935"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT coalesce(count, code) FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT CASE WHEN id = 1 THEN key ELSE code END FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT coalesce(count, 'none') FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT CASE WHEN id = 1 THEN 1 ELSE 'b' END FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM shops WHERE key LIKE 'a%'"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM shops WHERE count ILIKE '1%'"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT code->>'name' FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT DISTINCT plain FROM shops"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT plain, count(*) FROM shops GROUP BY plain"))  # expect: impossible-cast


def downgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT coalesce(count, 0), coalesce(code, ''), coalesce(code, 'none') FROM shops"))
    bind.execute(sa.text("SELECT coalesce(count::text, code), coalesce(code, key::text) FROM shops"))
    bind.execute(sa.text("SELECT coalesce(count, '7'), coalesce(count, NULL, id) FROM shops"))
    bind.execute(sa.text("SELECT coalesce(settings->>'a', code), coalesce(settings, '{}') FROM shops"))
    bind.execute(sa.text("SELECT CASE WHEN id = 1 THEN count ELSE 1.5 END FROM shops"))
    bind.execute(sa.text("SELECT CASE code WHEN 'a' THEN 'x' ELSE code END FROM shops"))
    bind.execute(sa.text("SELECT coalesce(made_at, now()), greatest(made_at, '2020-01-01') FROM shops"))
    bind.execute(sa.text("SELECT id FROM shops WHERE code LIKE 'a%' AND key::text LIKE 'b%'"))
    bind.execute(sa.text("SELECT settings->>'a', settings->'b', plain->>'c' FROM shops"))
    bind.execute(sa.text("SELECT id FROM shops WHERE lower(code) LIKE 'a%' OR code || 'x' LIKE 'b%'"))
    bind.execute(sa.text("SELECT DISTINCT settings, plain::text FROM shops"))
    bind.execute(sa.text("SELECT DISTINCT ON (id) id, plain FROM shops"))
    bind.execute(sa.text("SELECT id, plain FROM shops GROUP BY id"))
