# file: ../env.py
from alembic import context
import settings

context.configure(connection=connection, transaction_per_migration=settings.EACH)
with context.begin_transaction():
    context.run_migrations()

# file: 0001_a.py
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_users_b", "users", ["b"], postgresql_concurrently=True)  # expect: autocommit-leaves-version-behind?


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_b", table_name="users", postgresql_concurrently=True)

# file: 0002_b.py
revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    pass


def downgrade():
    pass
