"""Operations of plug-ins, and of the project's own"""
import sqlalchemy as sa
from alembic import op
from alembic.operations import MigrateOperation, Operations
from alembic_postgresql_enum import TableReference
from alembic_utils.pg_function import PGFunction
from alembic_utils.pg_materialized_view import PGMaterializedView
from alembic_utils.pg_policy import PGPolicy
from alembic_utils.pg_trigger import PGTrigger
from alembic_utils.pg_view import PGView
from geoalchemy2 import Geometry

revision = "a2"
down_revision = "a1"


@Operations.register_operation("retire")
class Retire(MigrateOperation):
    def __init__(self, table, column):
        self.table = table
        self.column = column

    @classmethod
    def retire(cls, operations, table, column):
        return operations.invoke(cls(table, column))


@Operations.implementation_for(Retire)
def run_retire(operations, operation):
    operations.drop_column(operation.table, operation.column)


def upgrade():
    view = PGView(schema="public", signature="names", definition="SELECT id, name FROM users")
    op.create_entity(view)
    op.replace_entity(view)
    op.drop_entity(view)
    op.create_entity(PGMaterializedView(schema="public", signature="counts", definition="SELECT count(*) FROM users"))
    op.create_entity(
        PGFunction(
            schema="public",
            signature="touch()",
            definition="returns trigger language plpgsql as $$ begin new.at = now(); return new; end $$",
        )
    )
    op.create_entity(
        PGTrigger(
            schema="public",
            signature="touch_users",
            on_entity="public.users",
            definition="BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION touch()",
        )
    )
    op.create_entity(
        PGPolicy(schema="public", signature="own", on_entity="public.users", definition="for all using (id = 1)")
    )
    op.sync_enum_values(
        enum_schema="public",
        enum_name="kind",
        new_values=["a", "b"],
        affected_columns=[
            TableReference(table_schema="public", table_name="users", column_name="kind", existing_server_default="'a'::kind")
        ],
        enum_values_to_rename=[],
    )
    op.sync_enum_values("public", "state", ["x"], [("users", "state")])
    op.create_entity(somewhere())
    op.create_table("sites", sa.Column("id", sa.Integer()), sa.Column("shape", Geometry("POLYGON")))
    op.add_column("sites", sa.Column("at", Geometry("POINT", spatial_index=False)))
    op.add_column("users", sa.Column("at", Geometry("POINT")))
    op.add_geospatial_column("users", sa.Column("around", Geometry("POLYGON", spatial_index=False)))
    op.create_geospatial_index("ix_around", "users", ["around"], postgresql_using="gist")
    op.retire("users", "name")


def downgrade():
    pass
