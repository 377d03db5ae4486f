# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = postgresql://localhost/app

# file: 1_runs.py
import sqlalchemy as sa
from alembic import op

revision = "8e2b47d09c51"
down_revision = None


def upgrade():
    # SQLAlchemy makes a SERIAL of the key and writes no default.
    op.create_table(
        "runs",
        sa.Column(
            "id",
            sa.INTEGER(),
            server_default=sa.text("nextval('runs_id_seq'::regclass)"),
            autoincrement=True,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("SELECT setval('runs_id_seq', 7)")
    op.create_table(  # expect: missing-object
        "walks",
        sa.Column("id", sa.INTEGER(), server_default=sa.text("nextval('walks_id_seq'::regclass)"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade():
    op.drop_table("walks")
    op.drop_table("runs")
