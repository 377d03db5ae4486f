# file: 0001_make_the_tables.py
import sqlalchemy as sa
from alembic import op

revision = "9cb85bdc09f5"
down_revision = None


def upgrade():
    op.create_table("loose", sa.Column("a", sa.Integer()))
    op.create_table("strict", sa.Column("a", sa.Integer(), nullable=False))
    op.create_table("proven", sa.Column("a", sa.Integer()), sa.CheckConstraint("a IS NOT NULL", name="proven_not_null"))
    op.create_index("loose_a", "loose", ["a"], unique=True)
    op.create_index("strict_a", "strict", ["a"], unique=True)
    op.create_index("proven_a", "proven", ["a"], unique=True)


def downgrade():
    op.drop_table("proven")
    op.drop_table("strict")
    op.drop_table("loose")

# upstream

# file: 0002_they_have_keys.py
from alembic import op

revision = "3fe0b1a47e16"
down_revision = "9cb85bdc09f5"


def upgrade():
    op.execute("ALTER TABLE loose ADD CONSTRAINT loose_a PRIMARY KEY USING INDEX loose_a")  # expect: primary-key-scan
    op.execute("ALTER TABLE strict ADD CONSTRAINT strict_a PRIMARY KEY USING INDEX strict_a")
    op.execute("ALTER TABLE proven ADD CONSTRAINT proven_a PRIMARY KEY USING INDEX proven_a")


def downgrade():  # expect: downgrade-incomplete?
    op.execute("ALTER TABLE proven DROP CONSTRAINT proven_a")
    op.execute("ALTER TABLE strict DROP CONSTRAINT strict_a")
    op.execute("ALTER TABLE loose DROP CONSTRAINT loose_a")
