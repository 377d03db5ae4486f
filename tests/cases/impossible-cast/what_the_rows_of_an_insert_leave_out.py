# file: 1_roles.py
import sqlalchemy as sa
from alembic import op

revision = "5f0a93c1d7e8"
down_revision = None


def upgrade():
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
    )


def downgrade():
    op.drop_table("roles")

# upstream
# file: 2_rows.py
import sqlalchemy as sa
from alembic import op

revision = "c83e1b6074fa"
down_revision = "5f0a93c1d7e8"


def upgrade():
    op.execute("INSERT INTO roles (id, name) VALUES (1, 'a') ON CONFLICT DO NOTHING")  # expect: impossible-cast
    op.execute("INSERT INTO roles (id, name, made) VALUES (2, NULL, now()) ON CONFLICT DO NOTHING")  # expect: impossible-cast
    op.execute("INSERT INTO roles (id, name, made) VALUES (3, 'c', now()) ON CONFLICT DO NOTHING")
    light = sa.table("roles", sa.column("id"), sa.column("name"))
    op.bulk_insert(light, [{"id": 4, "name": "d"}])  # expect: impossible-cast
    whole = sa.Table(
        "roles",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("made", sa.DateTime, default=sa.func.now()),
    )
    op.bulk_insert(whole, [{"id": 5, "name": "e"}])  # expect: data-migration-not-idempotent?


def downgrade():
    op.execute("DELETE FROM roles WHERE id < 6")
