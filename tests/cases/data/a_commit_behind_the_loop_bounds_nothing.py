# file: 0001_notes.py
"""Create the notes table"""
from alembic import op
import sqlalchemy as sa

revision = "10ab39f7c2de"
down_revision = None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("title", sa.Text()))


def downgrade():
    op.drop_table("notes")

# upstream

# file: 0002_titles.py
"""Trim the titles"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base

revision = "77e0c4a1b95d"
down_revision = "10ab39f7c2de"

Base = declarative_base()


class Note(Base):
    __tablename__ = "notes"
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column(sa.Text)


def upgrade():
    bind = op.get_bind()
    session = Session(bind=bind)
    for note in session.query(Note).all():
        note.title = note.title.strip()  # expect: row-by-row-data-migration?
    bind.commit()  # expect: manual-transaction?
    while True:
        notes = session.query(Note).filter(Note.title == None).limit(500).all()
        if not notes:
            break
        for note in notes:
            note.title = str(note.id)
        bind.commit()  # expect: manual-transaction?


def downgrade():
    op.execute("UPDATE notes SET title = NULL WHERE title = ''")
