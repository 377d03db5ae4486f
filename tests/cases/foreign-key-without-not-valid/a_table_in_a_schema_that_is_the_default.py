# file: 0001_tables.py
"""`events` without its schema is the same table where the search path says so"""
import sqlalchemy as sa
from alembic import op

revision = "b8d20c4f71e5"
down_revision = None


def upgrade():
    op.create_table("events", sa.Column("id", sa.Integer(), primary_key=True), schema="app")
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True), schema="app")


def downgrade():
    op.drop_table("people", schema="app")
    op.drop_table("events", schema="app")

# upstream

# file: 0002_bare.py
import sqlalchemy as sa
from alembic import op

revision = "63fa09e7b1d8"
down_revision = "b8d20c4f71e5"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("events", sa.Column("person_id", sa.Integer()))  # expect: missing-object?
    op.create_foreign_key(  # expect: foreign-key-without-not-valid
        "fk_events_person", "events", "people", ["person_id"], ["id"], source_schema="app", referent_schema="app"
    )


def downgrade():
    op.drop_constraint("fk_events_person", "events", schema="app", type_="foreignkey")
    op.drop_column("events", "person_id")
