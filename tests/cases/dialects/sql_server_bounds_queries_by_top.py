# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mssql+pyodbc://localhost/app

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "446cde2aa898"
down_revision = None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer(), nullable=False), sa.Column("body", sa.String(80)))


def downgrade():
    op.drop_table("notes")


# file: 0002_revision.py
import sqlalchemy as sa
from alembic import op

revision = "5588e7dc9a33"
down_revision = "446cde2aa898"


def upgrade():
    notes = sa.table("notes", sa.column("id"), sa.column("body"))
    bind = op.get_bind()
    # SQLAlchemy writes TOP for limit() and LIKE over lower() for ilike().
    bind.execute(sa.select(notes.c.id).where(notes.c.body.is_(None)).limit(1)).scalar_one_or_none()
    bind.execute(sa.select(notes.c.id).where(notes.c.body.ilike("a%")).limit(10)).all()


def downgrade():
    pass
