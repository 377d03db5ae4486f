# file: ../env.py
from alembic import context
from elsewhere import metadata
from sqlalchemy import create_engine

engine = create_engine("postgresql:///app", connect_args={"options": "-c lock_timeout=3000"})
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()

# file: 0001_make_the_table.py
import sqlalchemy as sa
from alembic import op

revision = "9cb85bdc09f5"
down_revision = None


def upgrade():
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), unique=True, nullable=False),
    )


def downgrade():
    op.drop_table("endpoints")

# upstream

# file: 0002_names_may_repeat.py
from alembic import op

revision = "3fe0b1a47e16"
down_revision = "9cb85bdc09f5"


def upgrade():
    op.drop_constraint("uq_endpoints_name", "endpoints")  # expect: drop-constraint?


def downgrade():
    op.create_unique_constraint("uq_endpoints_name", "endpoints", ["name"])
