# file: ../../requirements.txt
alembic==0.9.10

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "61c0d8a2b7e4"
down_revision = None


def upgrade():
    op.create_table(name="teams", *[sa.Column("id", sa.Integer(), primary_key=True)])
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("team_id", sa.Integer()))
    op.create_index(name="ix_people_team_id", tablename="people", columns=["team_id"])


def downgrade():
    op.drop_table("people")
    op.drop_table(name="teams")

# upstream
# file: 2_key.py
"""The names of those days are taken, and read."""
from alembic import op

revision = "a3f5170c9be2"
down_revision = "61c0d8a2b7e4"


def upgrade():
    op.create_foreign_key(name="fk_people_team", source="people", referent="teams", local_cols=["team_id"], remote_cols=["id"])  # expect: foreign-key-without-not-valid
    op.drop_index(name="ix_people_team_id", tablename="people")  # expect: drop-index-without-concurrently?
    op.drop_index(name="ix_people", tablename="people")  # expect: missing-object


def downgrade():  # expect: downgrade-incomplete?
    op.create_index(name="ix_people_team_id", tablename="people", columns=["team_id"])
    op.drop_constraint(name="fk_people_team", table_name="people", type="foreignkey")
