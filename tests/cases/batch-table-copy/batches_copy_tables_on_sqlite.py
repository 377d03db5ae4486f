# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: ../env.py
from alembic import context
from sqlalchemy import create_engine, event


def run():
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))

    @event.listens_for(engine, "connect")
    def foreign_keys(connection, record):
        connection.execute("PRAGMA foreign_keys=ON")

    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()


run()

# file: 0001_base.py
import sqlalchemy as sa
from alembic import op

revision = "2a7d0c94e6b1"
down_revision = None


def upgrade():
    op.create_table(
        "boats",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20)),
        sa.Column("berths", sa.Integer()),
        sa.CheckConstraint("berths > 0"),
    )
    op.create_table(
        "trips",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("boat_id", sa.Integer(), sa.ForeignKey("boats.id", name="fk_trips_boat", ondelete="CASCADE")),
    )


def downgrade():
    op.drop_table("trips")
    op.drop_table("boats")

# upstream

# file: 0002_copied.py
import sqlalchemy as sa
from alembic import op

revision = "e51b8f03d7c6"
down_revision = "2a7d0c94e6b1"


def upgrade():
    with op.batch_alter_table("boats") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(20), type_=sa.String(80))  # expect: drop-cascade


def downgrade():
    with op.batch_alter_table("boats") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(80), type_=sa.String(20))

# file: 0003_kept.py
import sqlalchemy as sa
from alembic import op

revision = "7d3f60c9a1b8"
down_revision = "e51b8f03d7c6"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("PRAGMA foreign_keys=OFF")
        with op.batch_alter_table("boats", table_args=[sa.CheckConstraint("berths > 0", name="ck")]) as batch_op:
            batch_op.alter_column("name", existing_type=sa.String(80), type_=sa.String(90))  # expect: batch-table-copy?
        op.execute("PRAGMA foreign_keys=ON")


def downgrade():
    with op.batch_alter_table("boats") as batch_op:
        batch_op.alter_column("name", existing_type=sa.String(90), type_=sa.String(80))
