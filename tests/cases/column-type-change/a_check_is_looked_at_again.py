# file: 0001_plans.py
import sqlalchemy as sa
from alembic import op

revision = "a6c4f81e07d3"
down_revision = None


def upgrade():
    op.create_table(
        "plans",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("title", sa.String(20), nullable=False),
        sa.Column("kind", sa.Enum("small", "large", name="plan_kind"), nullable=False),
        sa.CheckConstraint("name <> ''", name="plans_name"),
    )
    op.create_index("ix_plans_code", "plans", [sa.text("lower(code)")])


def downgrade():
    op.drop_table("plans")
    sa.Enum(name="plan_kind").drop(op.get_bind())

# upstream

# file: 0002_longer.py
import sqlalchemy as sa
from alembic import op

revision = "5e90b3d7f2ac"
down_revision = "a6c4f81e07d3"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.alter_column("plans", "name", type_=sa.String(40))  # expect: column-type-change
    op.alter_column("plans", "code", type_=sa.String(40))  # expect: column-type-change
    op.alter_column("plans", "title", type_=sa.String(40))
    op.alter_column("plans", "kind", type_=sa.Enum("small", "large", "huge", name="plan_kind"))


def downgrade():
    op.alter_column("plans", "kind", type_=sa.Enum("small", "large", name="plan_kind"))
    op.alter_column("plans", "title", type_=sa.String(20))
    op.alter_column("plans", "code", type_=sa.String(20))
    op.alter_column("plans", "name", type_=sa.String(20))

# file: 0003_checked_later.py
import sqlalchemy as sa
from alembic import op

revision = "d3f7a20c94be"
down_revision = "5e90b3d7f2ac"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint("plans_name", "plans", type_="check")
    op.alter_column("plans", "name", type_=sa.String(60))
    op.create_check_constraint("plans_name", "plans", "name <> ''", postgresql_not_valid=True)


def downgrade():
    op.alter_column("plans", "name", type_=sa.String(40))
