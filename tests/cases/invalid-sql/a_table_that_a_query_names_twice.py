# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "90e1d7c5b3fa"
down_revision = None


def upgrade():
    op.create_table("cols", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("expression", sa.Text()))
    op.create_table("links", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("col_id", sa.Integer()))


def downgrade():
    op.drop_table("links")
    op.drop_table("cols")

# upstream
# file: 2_fill.py
from alembic import op

revision = "4ac86f0e2d71"
down_revision = "90e1d7c5b3fa"


def upgrade():
    op.execute("CREATE VIEW pairs AS SELECT a.id AS one, b.id AS other FROM cols a JOIN cols b ON b.id > a.id")
    op.execute("CREATE VIEW named AS SELECT id FROM cols WHERE id IN (SELECT id FROM cols)")
    op.execute("CREATE VIEW own AS SELECT cols.id FROM cols JOIN cols other ON other.id = cols.id")
    op.execute("CREATE VIEW twice AS SELECT 1 AS n FROM cols, cols")  # expect: invalid-sql
    op.execute("UPDATE cols SET expression = 'x' FROM cols WHERE cols.id = 1 AND cols.expression IS NULL")  # expect: invalid-sql


def downgrade():  # expect: downgrade-incomplete?
    op.execute("DROP VIEW own")
    op.execute("DROP VIEW named")
    op.execute("DROP VIEW pairs")
