# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_tables.py
"""InnoDB numbers the foreign keys that have no name: notes_ibfk_1, notes_ibfk_2"""
import sqlalchemy as sa
from alembic import op

revision = "2e95b7d1c0f4"
down_revision = None


def upgrade():
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("reader_id", sa.Integer(), sa.ForeignKey("people.id")),
    )
    op.add_column("notes", sa.Column("editor_id", sa.Integer()))
    op.create_foreign_key("fk_notes_editor", "notes", "people", ["editor_id"], ["id"])


def downgrade():
    op.drop_table("notes")
    op.drop_table("people")

# upstream

# file: 0002_the_right_one.py
from alembic import op
import sqlalchemy as sa

revision = "d7c14e82b06a"
down_revision = "2e95b7d1c0f4"


def upgrade():
    op.drop_constraint("notes_ibfk_2", "notes", type_="foreignkey")
    op.drop_column("notes", "reader_id")  # expect: drop-column


def downgrade():
    op.add_column("notes", sa.Column("reader_id", sa.Integer()))
    op.create_foreign_key("notes_ibfk_2", "notes", "people", ["reader_id"], ["id"])

# file: 0003_the_wrong_one.py
from alembic import op
import sqlalchemy as sa

revision = "5b0a93f6e1c7"
down_revision = "d7c14e82b06a"


def upgrade():
    op.drop_constraint("fk_notes_editor", "notes", type_="foreignkey")  # expect: drop-constraint?
    op.drop_column("notes", "author_id")  # expect: object-in-use


def downgrade():  # expect: downgrade-incomplete?
    op.add_column("notes", sa.Column("author_id", sa.Integer()))
    op.create_foreign_key("fk_notes_editor", "notes", "people", ["editor_id"], ["id"])
