# file: 0001_people.py
import sqlalchemy as sa
from alembic import op

revision = "7be1c09d24fa"
down_revision = None


def upgrade():
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("age", sa.Integer),
    )
    op.alter_column("people", "age", type_=sa.Text)


def downgrade():
    op.drop_table("people")

# file: 0002_longer.py
import sqlalchemy as sa
from alembic import op

revision = "c40d8f6a19b3"
down_revision = "7be1c09d24fa"


def upgrade():
    op.execute("ALTER TABLE people ALTER COLUMN name TYPE varchar(40)")
    op.execute("ALTER TABLE people ALTER COLUMN name SET NOT NULL")
    op.alter_column("people", "age", type_=sa.BigInteger, postgresql_using="age::bigint")


def downgrade():
    op.execute("ALTER TABLE people ALTER COLUMN name TYPE varchar(20)")
