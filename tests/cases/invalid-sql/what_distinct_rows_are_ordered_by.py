# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "a06f3e9d7b14"
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

revision = "5c1e8d40f2a7"
down_revision = "a06f3e9d7b14"


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT DISTINCT name FROM visits ORDER BY id"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT DISTINCT name FROM visits ORDER BY lower(name)"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT DISTINCT v.name FROM visits v JOIN visits w ON w.id = v.id ORDER BY w.name"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT DISTINCT ON (name) name, id FROM visits ORDER BY id"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT name FROM visits ORDER BY 3"))  # expect: invalid-sql
    bind.execute(sa.text("SELECT name, count(*) FROM visits GROUP BY 5"))  # expect: invalid-sql
    bind.execute(sa.text("INSERT INTO visits (name) SELECT DISTINCT name FROM visits ORDER BY count"))  # expect: invalid-sql


def downgrade():
    bind = op.get_bind()
    bind.execute(sa.text("SELECT DISTINCT name FROM visits ORDER BY name"))
    bind.execute(sa.text("SELECT DISTINCT name FROM visits ORDER BY 1"))
    bind.execute(sa.text("SELECT DISTINCT lower(name) AS low FROM visits ORDER BY low"))
    bind.execute(sa.text("SELECT DISTINCT lower(name) FROM visits ORDER BY lower(name) DESC"))
    bind.execute(sa.text("SELECT DISTINCT v.name FROM visits v ORDER BY name DESC NULLS LAST"))
    bind.execute(sa.text("SELECT DISTINCT * FROM visits ORDER BY id"))
    bind.execute(sa.text("SELECT DISTINCT ON (name) name, id FROM visits ORDER BY name, id"))
    bind.execute(sa.text("SELECT DISTINCT ON (v.name) v.name AS of FROM visits v ORDER BY of"))
    bind.execute(sa.text("SELECT name FROM visits ORDER BY lower(name), id"))
    bind.execute(sa.text("SELECT name, count(*) FROM visits GROUP BY 1 ORDER BY 2"))
