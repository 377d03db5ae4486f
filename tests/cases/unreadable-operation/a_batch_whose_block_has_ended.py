# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "d2c81f6a70be"
down_revision = None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("body", sa.Text()))
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("role", sa.Integer()))


def downgrade():
    op.drop_table("people")
    op.drop_table("notes")

# upstream

# file: 0002_lost.py
"""What a batch is told after its block is never sent"""
import sqlalchemy as sa
from alembic import op

revision = "71b0e94cd3f8"
down_revision = "d2c81f6a70be"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    with op.batch_alter_table("notes") as batch_op:
        batch_op.add_column(sa.Column("title", sa.Text()))
    batch_op.drop_constraint("ck_people_role")  # expect: unreadable-operation?
    for table in ["notes", "people"]:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("seen_at", sa.DateTime()))


def downgrade():
    for table in ["people", "notes"]:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("seen_at")
    with op.batch_alter_table("notes") as batch_op:
        batch_op.drop_column("title")
