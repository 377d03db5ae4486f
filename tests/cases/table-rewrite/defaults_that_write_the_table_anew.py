import sqlalchemy as sa
from alembic import op

revision = "9a8ef61d2015"
down_revision = None


def upgrade():
    op.add_column("users", sa.Column("a", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))  # expect: table-rewrite
    op.add_column("users", sa.Column("b", sa.Integer(), sa.Identity()))  # expect: table-rewrite
    op.add_column("users", sa.Column("c", sa.Integer(), sa.Computed("a + 1", persisted=True)))  # expect: table-rewrite
    op.add_column("users", sa.Column("d", sa.Text(), server_default=sa.text("my_own()")))  # expect: table-rewrite?


def downgrade():
    op.drop_column("users", "d")
    op.drop_column("users", "c")
    op.drop_column("users", "b")
    op.drop_column("users", "a")
