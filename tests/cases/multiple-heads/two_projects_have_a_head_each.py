# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: ../../other/alembic.ini
[alembic]
script_location = other/alembic
sqlalchemy.url = postgresql://localhost/other

# file: ../../other/alembic/env.py
from alembic import context

context.run_migrations()

# file: 0001_a.py
revision = "30d8a1c7f92e"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass

# file: ../../other/alembic/versions/0001_b.py
revision = "84f1d7a03bc6"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
