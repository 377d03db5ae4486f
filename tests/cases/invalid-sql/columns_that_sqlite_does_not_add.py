# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = sqlite:///app.db

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
        sa.Column("d", sa.Date()),
    )


def downgrade():
    op.drop_table("t")

# upstream
# file: 2_change.py
import sqlalchemy as sa
from alembic import op

revision = "c1d84a6f70be"
down_revision = "5b0e7f31c9a4"


def upgrade():
    op.execute("ALTER TABLE t ADD COLUMN c VARCHAR(20) UNIQUE")  # expect: invalid-sql
    op.add_column("t", sa.Column("e", sa.DateTime(), server_default=sa.func.now()))  # expect: invalid-sql
    op.add_column("t", sa.Column("f", sa.DateTime(), server_default=sa.text("CURRENT_TIMESTAMP")))  # expect: invalid-sql
    op.add_column("t", sa.Column("g", sa.Integer(), sa.Computed("a * 2", persisted=True)))  # expect: invalid-sql
    op.add_column("t", sa.Column("h", sa.Integer(), server_default="0"))
    op.add_column("t", sa.Column("i", sa.String(30), server_default="now()"))
    op.add_column("t", sa.Column("j", sa.Integer(), server_default=sa.text("(0)")))
    op.create_table("n", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("n", sa.Column("e", sa.DateTime(), server_default=sa.func.now()))
    with op.batch_alter_table("t") as batch_op:
        batch_op.add_column(sa.Column("k", sa.DateTime(), server_default=sa.func.now()))


def downgrade():  # expect: missing-downgrade
    pass
