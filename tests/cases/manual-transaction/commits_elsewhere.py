# file: 0001_notes.py
"""Fill the notes"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session
from flask_sqlalchemy import SQLAlchemy

revision = "4d0b7a3c9e15"
down_revision = None

db = SQLAlchemy()


def upgrade():
    # Alembic's own connection.
    op.get_bind().commit()  # expect: manual-transaction?
    # A session on it.
    session = Session(bind=op.get_bind())
    session.execute(sa.text("CREATE TABLE notes (id integer)"))
    session.commit()
    # A connection of the migration's own.
    engine = sa.create_engine("postgresql://localhost/x")
    connection = engine.connect()
    connection.commit()  # expect: manual-transaction?
    # The application's.
    db.session.commit()  # expect: manual-transaction, application-import?


def downgrade():
    op.execute("DROP TABLE notes")
