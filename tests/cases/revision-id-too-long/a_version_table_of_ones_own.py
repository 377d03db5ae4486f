# file: ../env.py
from alembic import context

context.configure(connection=connection, version_table="my_version")
with context.begin_transaction():
    context.run_migrations()

# file: 0001_a.py
revision = "add_the_preferred_language_to_customers"  # expect: revision-id-too-long?
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
