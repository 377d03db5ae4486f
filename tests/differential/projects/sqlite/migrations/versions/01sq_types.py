"""types"""

from alembic import op
import sqlalchemy as sa

revision = "01sq"
down_revision = None


def upgrade():
    op.create_table(
        "things",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), server_default="x"),
        sa.Column("body", sa.UnicodeText()),
        sa.Column("flag", sa.Boolean(), server_default=sa.text("1")),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)")),
        sa.Column("kind", sa.Enum("a", "bbb", name="kind")),
        sa.Column("uid", sa.Uuid()),
        sa.Column("data", sa.JSON()),
        sa.Column("price", sa.DECIMAL(8, 2)),
        sa.Column("ratio", sa.Double()),
        sa.Column("blob", sa.LargeBinary(16)),
        sa.Column("length", sa.Interval()),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("things") as batch_op:
        batch_op.alter_column("name", nullable=False)
        batch_op.drop_column("body")
    op.execute("PRAGMA foreign_keys = ON")
    op.execute("INSERT OR IGNORE INTO things (id) VALUES (1)")


def downgrade():
    op.drop_table("things")
