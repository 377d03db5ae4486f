from alembic import context


def run_migrations_online():
    context.configure(connection=None)
    with context.begin_transaction():
        context.run_migrations()


run_migrations_online()
