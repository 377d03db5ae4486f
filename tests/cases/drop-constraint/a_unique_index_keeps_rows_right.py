# file: 0001_make_the_tables.py
import sqlalchemy as sa
from alembic import op

revision = "9cb85bdc09f5"
down_revision = None


def upgrade():
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(80), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
    )
    op.create_index("members_email", "members", ["email"], unique=True)
    op.create_index("members_phone", "members", ["phone"], unique=True)
    op.create_index("members_name", "members", ["name"])


def downgrade():
    op.drop_table("members")

# upstream

# file: ../env.py
from alembic import context

with connectable.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()

# file: 0002_other_indexes.py
from alembic import op

revision = "3fe0b1a47e16"
down_revision = "9cb85bdc09f5"


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("members_email", "members", postgresql_concurrently=True, if_exists=True)  # expect: drop-constraint?


def downgrade():
    with op.get_context().autocommit_block():
        op.create_index("members_email", "members", ["email"], unique=True, postgresql_concurrently=True, if_not_exists=True)

# file: 0003_the_phone_is_unique_otherwise.py
from alembic import op

revision = "51d1c1a47e16"
down_revision = "3fe0b1a47e16"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("members_phone_2", "members", ["phone"], unique=True, postgresql_concurrently=True, if_not_exists=True)
        op.drop_index("members_phone", "members", postgresql_concurrently=True, if_exists=True)
        op.drop_index("members_name", "members", postgresql_concurrently=True, if_exists=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.create_index("members_name", "members", ["name"], postgresql_concurrently=True, if_not_exists=True)
        op.create_index("members_phone", "members", ["phone"], unique=True, postgresql_concurrently=True, if_not_exists=True)
        op.drop_index("members_phone_2", "members", postgresql_concurrently=True, if_exists=True)
