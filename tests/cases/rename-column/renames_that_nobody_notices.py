import sqlalchemy as sa
from alembic import op

revision = "3c38aef6c662"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("x", sa.Integer()))
    op.alter_column("users", "x", new_column_name="y")
    op.create_table(
        "fresh",
        sa.Column("id", sa.Integer(), primary_key=True),
    )
    op.rename_table("fresh", "fresher")
    op.execute("ALTER INDEX a RENAME TO b")
    op.execute("ALTER TABLE users RENAME CONSTRAINT a TO b")


def downgrade():
    op.drop_table("fresher")
    op.drop_column("users", "y")
    op.execute("ALTER INDEX b RENAME TO a")
    op.execute("ALTER TABLE users RENAME CONSTRAINT b TO a")
