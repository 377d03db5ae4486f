# file: ../../safe-migration.toml
[sizes]
plans = 12

# file: 0001_revision.py
import sqlalchemy as sa
from alembic import op

revision = "2e7b90c5d1fa"
down_revision = None


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_unique_constraint("plans_name_key", "plans", ["name"])  # expect: unique-constraint-scan?
    op.alter_column("plans", "rank", type_=sa.BigInteger, existing_type=sa.Integer)  # expect: column-type-change?
    op.alter_column("plans", "title", new_column_name="label")  # expect: rename-column
    op.execute("ALTER TABLE plans DETACH PARTITION plans_old")  # expect: blocking-maintenance
    op.drop_column("plans", "note")  # expect: drop-column


def downgrade():
    op.add_column("plans", sa.Column("note", sa.Text))
    op.execute("ALTER TABLE plans ATTACH PARTITION plans_old DEFAULT")
    op.alter_column("plans", "label", new_column_name="title")
    op.alter_column("plans", "rank", type_=sa.Integer, existing_type=sa.BigInteger)
    op.drop_constraint("plans_name_key", "plans", type_="unique")
