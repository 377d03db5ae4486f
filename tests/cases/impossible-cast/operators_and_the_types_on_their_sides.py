# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "3d81c7f6a025"
down_revision = None


def upgrade():
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("count", sa.Integer()),
        sa.Column("day", sa.Date()),
        sa.Column("at", sa.DateTime()),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("is_new", sa.Boolean()),
        sa.Column("key", sa.Uuid()),
        sa.Column("data", sa.JSON()),
    )


def downgrade():
    op.drop_table("visits")

# upstream
# file: 2_values.py
import sqlalchemy as sa
from alembic import op

revision = "b94e2a7c1f60"
down_revision = "3d81c7f6a025"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT day + day FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT day + '1 day' FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT at + 1 FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM visits WHERE at < now() - 30"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM visits WHERE at - seen_at > 30"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM visits WHERE day - current_date > interval '30 days'"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT name + name FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT name + 'x' FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT count + 'x' FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT is_new + 1 FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT key + 1 FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM visits WHERE data->>'age' > 5"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM visits WHERE count BETWEEN now() AND 5"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT id FROM visits WHERE coalesce(count, 0) = now()"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT count FROM visits UNION SELECT name FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT day FROM visits UNION ALL SELECT count FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT count FROM visits UNION ALL SELECT 'abc'"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT count::text FROM visits EXCEPT SELECT count FROM visits"))  # expect: impossible-cast
    bind.execute(sa.text("WITH all_of AS (SELECT is_new FROM visits UNION SELECT count FROM visits) SELECT 1 FROM all_of"))  # expect: impossible-cast
    bind.execute(sa.text("SELECT coalesce(day, '1') FROM visits"))  # expect: impossible-cast


def downgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT day + 1, day - 1, day - day + count, at - at + interval '1 day' FROM visits"))
    bind.execute(sa.text("SELECT id FROM visits WHERE at < now() - interval '30 days' AND day < current_date - 30"))
    bind.execute(sa.text("SELECT at + count * interval '1 day', day + interval '1 day', at - '1 day'::interval, day + time '12:00' FROM visits"))
    bind.execute(sa.text("SELECT name || 'x', name || count, count || name FROM visits"))
    bind.execute(sa.text("SELECT count + '1', count * 1.5, count / 2 % 3, -count + 1 FROM visits"))
    bind.execute(sa.text("SELECT id FROM visits WHERE (data->>'age')::int > 5 AND data->>'age' = '5'"))
    bind.execute(sa.text("SELECT id FROM visits WHERE extract(epoch from at - now()) > 5"))
    bind.execute(sa.text("SELECT count FROM visits UNION SELECT 1.5 UNION ALL SELECT '1' UNION ALL SELECT NULL"))
    bind.execute(sa.text("SELECT day FROM visits UNION SELECT at FROM visits"))
    bind.execute(sa.text("SELECT name FROM visits UNION SELECT 'x' UNION SELECT count::text FROM visits"))
    bind.execute(sa.text("SELECT coalesce(day, '2026-01-01') FROM visits"))
    bind.execute(sa.text("SELECT id FROM visits WHERE at = '2026-01-01' AND count IN (1, 2) AND name IN ('1', '2')"))
