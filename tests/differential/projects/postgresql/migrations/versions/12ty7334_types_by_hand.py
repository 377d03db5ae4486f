"""types by hand"""

from alembic import op
import sqlalchemy as sa

revision = "12ty7334"
down_revision = "11na5445"
branch_labels = None
depends_on = None

status = sa.Enum("new", "old", name="thing_status")


def upgrade():
    op.add_column("things", sa.Column("status", status, nullable=True))
    op.alter_column(
        "things",
        "status",
        existing_type=sa.VARCHAR(10),
        type_=status,
        existing_nullable=True,
        postgresql_using="status::thing_status",
    )
    op.execute("ALTER TYPE thing_status ADD VALUE IF NOT EXISTS 'gone'")


def downgrade():
    op.drop_column("things", "status")
    op.execute(sa.text("DROP TYPE IF EXISTS thing_status"))
