# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "0b4d7e19c2fa"
down_revision = None


def upgrade():
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("began", sa.TIMESTAMP(), nullable=True),
        sa.Column("ended", sa.DateTime(), nullable=True),
    )


def downgrade():
    op.drop_table("runs")

# upstream

# file: 0002_revision.py
from alembic import op
from sqlalchemy.dialects import mysql

revision = "a73f1c08e95d"
down_revision = "0b4d7e19c2fa"


def upgrade():
    op.alter_column("runs", "began", type_=mysql.TIMESTAMP(fsp=3), existing_nullable=True)  # expect: column-type-change
    op.alter_column("runs", "ended", type_=mysql.DATETIME(fsp=6), existing_nullable=True)  # expect: column-type-change


def downgrade():
    op.alter_column("runs", "began", type_=mysql.TIMESTAMP(), existing_nullable=True)
    op.alter_column("runs", "ended", type_=mysql.DATETIME(), existing_nullable=True)
