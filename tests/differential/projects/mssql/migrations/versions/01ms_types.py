"""types"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import mssql

revision = "01ms"
down_revision = None


def upgrade():
    op.create_table(
        "things",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80)),
        sa.Column("title", sa.Unicode(80)),
        sa.Column("any", sa.String()),
        sa.Column("flag", sa.Boolean(), server_default=sa.false()),
        sa.Column("at", sa.DateTime()),
        sa.Column("zoned", sa.DateTime(timezone=True)),
        sa.Column("seen", mssql.DATETIME2(precision=3)),
        sa.Column("uid", mssql.UNIQUEIDENTIFIER()),
        sa.Column("price", sa.Numeric(10, 2)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.alter_column("things", "name", existing_type=sa.String(80), nullable=False)
    op.drop_column("things", "flag", mssql_drop_default=True)


def downgrade():
    op.drop_table("things")
