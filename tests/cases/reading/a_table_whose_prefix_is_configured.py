# file: 0001_make.py
import sqlalchemy as sa
from alembic import op

revision = "b3d07fb6a817"
down_revision = None


def upgrade():
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("slug", sa.Text),
        sa.Column("state", sa.Text),
        sa.CheckConstraint("state IN ('a')", name="account_state"),
        # PostgreSQL makes one constraint of two that are alike.
        sa.UniqueConstraint("slug", name="account_slug"),
        sa.UniqueConstraint("slug", name="account_slug"),
    )


def downgrade():
    op.drop_table("account")

# file: 0002_restate.py
from alembic import context, op

revision = "b3d07fb6a818"
down_revision = "b3d07fb6a817"


def upgrade():
    schema = context.get_context().version_table_schema
    prefix = schema + "." if schema else ""
    op.execute("ALTER TABLE " + prefix + "account DROP CONSTRAINT account_state")  # expect: drop-constraint?, unreadable-operation?
    op.create_check_constraint("account_state", "account", "state IN ('a', 'b')")  # expect: existing-object?


def downgrade():
    op.drop_constraint("account_state", "account", type_="check")
