# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: 1_points.py
import sqlalchemy as sa
from alembic import op
from alembic_utils.pg_function import PGFunction
from alembic_utils.pg_trigger import PGTrigger

revision = "5fd0c7e93a16"
down_revision = None

stamp = PGFunction(
    schema="hame",
    signature="stamp()",
    definition="returns trigger language plpgsql as $$ begin new.at = now(); return new; end $$",
)
# The plug-in writes the schema before the table, whatever stands in the definition.
stamped = PGTrigger(
    schema="hame",
    signature="stamped",
    on_entity="hame.points",
    is_constraint=False,
    definition="BEFORE INSERT ON points\n        FOR EACH ROW\n        EXECUTE FUNCTION hame.stamp()",
)


def upgrade():
    op.execute("CREATE SCHEMA hame")
    op.create_table(
        "points",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime()),
        schema="hame",
    )
    op.create_entity(stamp)
    op.create_entity(stamped)


def downgrade():
    op.drop_entity(stamped)
    op.drop_entity(stamp)
    op.drop_table("points", schema="hame")
    op.execute("DROP SCHEMA hame")

# upstream
# file: 2_replace.py
from alembic import op
from alembic_utils.pg_trigger import PGTrigger

revision = "c3e81b60d74f"
down_revision = "5fd0c7e93a16"

updated = PGTrigger(
    schema="hame",
    signature="stamped",
    on_entity="hame.points",
    definition="BEFORE UPDATE ON points FOR EACH ROW EXECUTE FUNCTION hame.stamp()",
)
other = PGTrigger(
    schema="hame",
    signature="counted",
    on_entity="hame.points",
    definition="BEFORE UPDATE ON points FOR EACH ROW EXECUTE FUNCTION hame.stamp()",
)


def upgrade():
    op.replace_entity(updated)  # expect: brief-exclusive-lock?
    op.drop_entity(other)  # expect: missing-object


def downgrade():  # expect: missing-downgrade
    pass
