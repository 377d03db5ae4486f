# file: ../../requirements.txt
pg8000==1.31.2

# file: 1_notes.py
import sqlalchemy as sa
from alembic import op

revision = "e2b6094d7fa1"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE notes (id integer PRIMARY KEY, at date); CREATE TABLE marks (id integer PRIMARY KEY)")
    several = sa.text("INSERT INTO notes (id) VALUES (:one); INSERT INTO marks (id) VALUES (1)")
    op.get_bind().execute(several, {"one": 1})  # expect: several-statements


def downgrade():
    op.execute("DROP TABLE marks; DROP TABLE notes")
