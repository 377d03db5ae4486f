# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20)),
        sa.Column("mail", sa.String(20)),
    )


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_views.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute("CREATE VIEW a AS SELECT string_agg(DISTINCT name, ',' ORDER BY mail) FROM users")  # expect: invalid-sql
    op.execute("CREATE VIEW b AS SELECT string_agg(DISTINCT name, ',' ORDER BY name) FROM users")
    op.execute("CREATE VIEW c AS SELECT string_agg(name, ',' ORDER BY mail) FROM users")
    op.execute("CREATE VIEW d AS SELECT array_agg(DISTINCT u.name ORDER BY name DESC) FROM users u")
    op.execute("CREATE VIEW e AS SELECT array_agg(DISTINCT name ORDER BY lower(name)) FROM users")  # expect: invalid-sql


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP VIEW d")
    op.execute("DROP VIEW c")
    op.execute("DROP VIEW b")
