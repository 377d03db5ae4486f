# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql+psycopg2://localhost/app

# file: ../../requirements.txt
sqlalchemy==1.4.54
alembic==1.12.1

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5b0e7f31c9a4"
down_revision = None


def upgrade():
    op.create_table(
        "t",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer()),
        sa.Column("b", sa.String(20)),
    )
    op.create_index("ix_t_a", "t", ["a"])
    op.create_index("ix_t_b", "t", ["b"])


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_guards.py
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.drop_index("ix_t_a", table_name="t", if_exists=True)  # expect: operation-not-supported
    op.drop_index("ix_t_b", table_name="t", if_exists=False)


def downgrade():
    op.create_index("ix_t_a", "t", ["a"], if_not_exists=True)  # expect: operation-not-supported
    op.create_index("ix_t_b", "t", ["b"])
