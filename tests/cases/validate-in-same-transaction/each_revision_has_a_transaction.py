# file: ../env.py
from alembic import context

context.configure(connection=connection, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()

# file: 0001_a.py
import sqlalchemy as sa
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_check_constraint("c", "users", "a > 0", postgresql_not_valid=True)
    op.add_column("users", sa.Column("b", sa.Text))


def downgrade():
    op.drop_column("users", "b")
    op.drop_constraint("c", "users", type_="check")

# file: 0002_b.py
from alembic import op

revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT c")


def downgrade():
    pass

# file: 0003_c.py
from alembic import op

revision = "c5e20b9d47fa"
down_revision = "84f1d7a03bc6"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_users_b", "users", ["b"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_b", table_name="users", postgresql_concurrently=True)

# file: 0004_d.py
revision = "7be30c91d5a4"
down_revision = "c5e20b9d47fa"


def upgrade():
    pass


def downgrade():
    pass
