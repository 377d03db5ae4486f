# file: ../../app/models.py
from flask_sqlalchemy import SQLAlchemy


class OurSQLAlchemy(SQLAlchemy):
    def apply_driver_hacks(self, app, info, options):
        options.update(json_serializer=str)


db = OurSQLAlchemy(session_options={"expire_on_commit": False})

# file: 0001_widgets.py
"""Create the widgets table"""
from alembic import op
import sqlalchemy as sa

revision = "2f61b0e8d94c"
down_revision = None


def upgrade():
    op.create_table(
        "widgets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("options", sa.Text()),
    )


def downgrade():
    op.drop_table("widgets")

# upstream

# file: 0002_positions.py
"""Widgets know where they are"""
from app.models import db

revision = "c83e5f7a016d"
down_revision = "2f61b0e8d94c"


def upgrade():
    for widget in db.session.execute("SELECT id, options FROM widgets"):  # expect: application-import?, invalid-sql?
        db.session.execute("UPDATE widgets SET options = :options WHERE id = :id", {"options": "{}", "id": widget.id})  # expect: overwrite-without-copy?, invalid-sql?
    db.session.commit()  # expect: manual-transaction


def downgrade():
    pass
