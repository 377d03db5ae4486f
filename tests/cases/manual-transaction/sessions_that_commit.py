# file: ../../app/db.py
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine("postgresql://localhost/app")
SessionLocal = sessionmaker(bind=engine)

# file: 0001_bound_to_the_migration.py
import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session, sessionmaker

revision = "4b6e90d2c7a3"
down_revision = None

users = sa.table("users", sa.column("id"), sa.column("state"))


def upgrade():
    session = Session(bind=op.get_bind())
    session.execute(users.update().where(users.c.state == "old").values(state="new"))
    session.commit()
    other = sessionmaker()(bind=op.get_bind())
    with other.begin_nested() as savepoint:
        savepoint.rollback()
    other.commit()


def downgrade():
    session = Session(bind=op.get_bind())
    session.execute(users.update().where(users.c.state == "new").values(state="old"))
    session.rollback()  # expect: manual-transaction?

# file: 0002_bound_to_the_application.py
import sqlalchemy as sa
from alembic import op
from app.db import SessionLocal

revision = "d09c5f3ab712"
down_revision = "4b6e90d2c7a3"

users = sa.table("users", sa.column("id"), sa.column("state"))


def upgrade():
    session = SessionLocal()
    session.execute(users.update().where(users.c.state == "old").values(state="new"))
    session.commit()  # expect: manual-transaction


def downgrade():
    op.execute("UPDATE users SET state = 'old' WHERE state = 'new'")

# file: 0003_the_bind_itself.py
from alembic import op

revision = "87e2b1f4d960"
down_revision = "d09c5f3ab712"


def upgrade():
    bind = op.get_bind()
    bind.exec_driver_sql("UPDATE users SET state = 'new' WHERE state = 'old'")
    bind.commit()  # expect: manual-transaction?
    bind.exec_driver_sql("UPDATE users SET name = 'new' WHERE name = 'old'")
    bind.commit()  # expect: manual-transaction?


def downgrade():
    op.execute("UPDATE users SET state = 'old' WHERE state = 'new'")
