# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "3a7f20c9e8d1"
down_revision = None


def upgrade():
    op.create_table(
        "hooks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("scopes", sa.String()),
        sa.Column("labels", sa.String()),
        sa.Column("token", sa.String()),
    )


def downgrade():
    op.drop_table("hooks")

# upstream

# file: 0002_types.py
import sqlalchemy as sa
from alembic import op

revision = "e94b61d70f2c"
down_revision = "3a7f20c9e8d1"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.alter_column("hooks", "scopes", type_=sa.ARRAY(sa.Text()), postgresql_using="ARRAY[]::text[]")  # expect: lossy-type-change
    op.execute("ALTER TABLE hooks ALTER COLUMN token TYPE uuid USING gen_random_uuid()")  # expect: lossy-type-change
    op.alter_column("hooks", "labels", type_=sa.ARRAY(sa.Text()), postgresql_using="string_to_array(labels, ',')")  # expect: column-type-change


def downgrade():
    op.alter_column("hooks", "labels", type_=sa.String(), postgresql_using="array_to_string(labels, ',')")
    op.execute("ALTER TABLE hooks ALTER COLUMN token TYPE varchar USING token::varchar")
    op.alter_column("hooks", "scopes", type_=sa.String(), postgresql_using="array_to_string(scopes, ',')")
