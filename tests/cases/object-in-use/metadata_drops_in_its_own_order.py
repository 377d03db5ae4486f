# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: ../../app/models.py
import sqlalchemy as sa

metadata = sa.MetaData()
teams = sa.Table("teams", metadata, sa.Column("id", sa.Integer, primary_key=True))
players = sa.Table(
    "players",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id")),
)

# file: 1_all.py
from alembic import op
from app.models import metadata

revision = "2fb6c81e0d94"
down_revision = None


def upgrade():
    metadata.create_all(op.get_bind())  # expect: foreign-key-locks-referenced-table?


def downgrade():
    op.drop_table("teams")  # expect: object-in-use
    metadata.drop_all(op.get_bind())
