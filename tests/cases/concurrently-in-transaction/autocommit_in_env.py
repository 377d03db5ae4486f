# file: ../env.py
from alembic import context
from sqlalchemy import create_engine

engine = create_engine("postgresql://localhost/app", isolation_level="AUTOCOMMIT")
with engine.connect() as connection:
    context.configure(connection=connection)
    context.run_migrations()

# file: 0001_a.py
from alembic import op

revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    op.create_index("ix_users_b", "users", ["b"], postgresql_concurrently=True)
    op.execute("ALTER TYPE mood ADD VALUE 'sad'")
    op.execute("UPDATE users SET mood = 'sad' WHERE mood = 'glad'")


def downgrade():
    op.execute("UPDATE users SET mood = 'glad' WHERE mood = 'sad'")
    op.drop_index("ix_users_b", table_name="users", postgresql_concurrently=True)
