# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "0d5f8a2e7c93"
down_revision = None


def upgrade():
    for name in ("a", "b"):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("code", sa.String(9)),
            sa.Column("name", sa.String(9)),
        )


def downgrade():
    op.drop_table("b")
    op.drop_table("a")

# upstream
# file: 2_batches.py
import sqlalchemy as sa
from alembic import op

revision = "f61c0b94d3a7"
down_revision = "0d5f8a2e7c93"


def upgrade():
    with op.batch_alter_table("a") as batch:
        batch.alter_column("code", new_column_name="name")  # expect: existing-object
    with op.batch_alter_table("b") as batch:
        batch.alter_column("name", new_column_name="title")  # expect: rename-column?
        batch.alter_column("code", new_column_name="name")  # expect: rename-column


def downgrade():
    with op.batch_alter_table("b") as batch:
        batch.alter_column("name", new_column_name="code")
        batch.alter_column("title", new_column_name="name")
    with op.batch_alter_table("a") as batch:
        batch.alter_column("name", new_column_name="code")
