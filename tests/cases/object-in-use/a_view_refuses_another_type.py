# file: 0001_plans.py
import sqlalchemy as sa
from alembic import op

revision = "8c1f6e02d9ab"
down_revision = None


def upgrade():
    op.create_table("plans", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("name", sa.String(20)))
    op.create_table("codes", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("name", sa.String(20)))
    op.execute("CREATE VIEW names AS SELECT id AS title, name FROM plans")
    op.execute("CREATE VIEW code_names AS SELECT name FROM codes")


def downgrade():
    op.execute("DROP VIEW names")
    op.execute("DROP VIEW code_names")
    op.drop_table("plans")
    op.drop_table("codes")

# file: 0002_no_view_any_more.py
from alembic import op

revision = "d40a7be9153c"
down_revision = "8c1f6e02d9ab"


def upgrade():
    op.execute("DROP VIEW code_names")


def downgrade():
    op.execute("CREATE VIEW code_names AS SELECT name FROM codes")

# upstream

# file: 0003_longer.py
import sqlalchemy as sa
from alembic import op

revision = "27f5c8e1a06d"
down_revision = "d40a7be9153c"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.alter_column("plans", "name", type_=sa.String(40))  # expect: object-in-use
    op.alter_column("codes", "name", type_=sa.String(40))


def downgrade():
    op.alter_column("codes", "name", type_=sa.String(20))
    op.alter_column("plans", "name", type_=sa.String(20))  # expect: object-in-use

# file: 0004_longer_still.py
import sqlalchemy as sa
from alembic import op

revision = "f93b0d6ae724"
down_revision = "27f5c8e1a06d"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP VIEW names")
    op.alter_column("plans", "name", type_=sa.String(60))
    op.execute("CREATE VIEW names AS SELECT id AS title, name FROM plans")


def downgrade():
    op.execute("DROP VIEW names")
    op.alter_column("plans", "name", type_=sa.String(40))
    op.execute("CREATE VIEW names AS SELECT id AS title, name FROM plans")
