"""types"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

revision = "01my"
down_revision = None


def upgrade():
    op.create_table(
        "things",
        sa.Column("id", mysql.INTEGER(display_width=11, unsigned=True), autoincrement=True, nullable=False),
        sa.Column("small", mysql.TINYINT(1), server_default=sa.text("'0'"), nullable=False),
        sa.Column("big", mysql.BIGINT(unsigned=True)),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("other", mysql.VARCHAR(charset="utf8mb4", collation="utf8mb4_bin", length=64)),
        sa.Column("body", mysql.MEDIUMTEXT()),
        sa.Column("long", mysql.LONGTEXT(collation="utf8_bin")),
        sa.Column("text", sa.Text(length=2000)),
        sa.Column("seen", mysql.DATETIME(fsp=6)),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("stamp", mysql.TIMESTAMP()),
        sa.Column("kind", sa.Enum("a", "b", name="kind")),
        sa.Column("other_kind", mysql.ENUM("x", "y")),
        sa.Column("flag", sa.Boolean()),
        sa.Column("price", sa.Numeric(10, 4)),
        sa.Column("ratio", mysql.DOUBLE()),
        sa.Column("data", sa.JSON()),
        sa.Column("uid", sa.Uuid()),
        sa.Column("blob", mysql.MEDIUMBLOB()),
        sa.Column("year", mysql.YEAR()),
        sa.PrimaryKeyConstraint("id"),
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
    )
    op.alter_column("things", "name", existing_type=sa.String(255), nullable=True)
    op.alter_column("things", "small", new_column_name="tiny", existing_type=mysql.TINYINT(1), existing_nullable=False)
    op.create_index("ix_name", "things", ["name"], mysql_length={"name": 100})
    op.execute("ALTER TABLE things ADD COLUMN extra INT NOT NULL DEFAULT 0, ADD INDEX ix_extra (extra)")
    op.execute("SET FOREIGN_KEY_CHECKS = 0")


def downgrade():
    op.drop_constraint("fk_things", "things", type_="foreignkey")
    op.drop_index("ix_name", table_name="things")
    op.drop_table("things")
