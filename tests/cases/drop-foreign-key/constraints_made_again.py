# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "4687a2b8cbde"
down_revision = None


def upgrade():
    op.create_table(
        "a",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("x", sa.Integer(), sa.ForeignKey("b.id", name="fk")),
    )


def downgrade():
    op.drop_table("a")

# upstream

# file: 0002_revision.py
from alembic import op

revision = "11e2c80da484"
down_revision = "4687a2b8cbde"


def upgrade():
    op.drop_constraint("fk", "a", type_="foreignkey")  # expect: drop-foreign-key?
    op.create_foreign_key("fk", "a", "b", ["x"], ["id"], ondelete="CASCADE", postgresql_not_valid=True)  # expect: foreign-key-locks-referenced-table?


def downgrade():
    op.drop_constraint("fk", "a", type_="foreignkey")
    op.create_foreign_key("fk", "a", "b", ["x"], ["id"], ondelete=None, postgresql_not_valid=True)
