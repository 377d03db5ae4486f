"""loops and strings"""

from textwrap import dedent

from alembic import op
import sqlalchemy as sa

revision = "07lod889"
down_revision = "06bab99a"
branch_labels = None
depends_on = None

TABLES = ("users", "things")
PREFIX = "ix"
SETTINGS = {"users": ("email", "name"), "things": ("data",)}


def _add(table, column, **options):
    op.add_column(table, sa.Column(column, sa.Integer(), **options))


def upgrade():
    for table in TABLES:
        _add(table, "weight", nullable=False, server_default="1")
        op.create_index(f"{PREFIX}_{table}_weight", table, ["weight"])
    for table, columns in SETTINGS.items():
        for number, column in enumerate(columns, start=1):
            op.create_index("%s_%s_%d" % (PREFIX, table, number), table, [column])
    for table, column in zip(TABLES, ["a", "b"]):
        op.execute("UPDATE {table} SET {column} = 0 WHERE {column} IS NULL".format(table=table, column=column))
    columns = [sa.Column(name, sa.Text()) for name in "xyz"]
    op.create_table("letters", sa.Column("id", sa.Integer, primary_key=True), *columns)
    statements = """
        CREATE VIEW v AS SELECT 1;
        GRANT SELECT ON v TO reader;
    """
    for statement in statements.split(";"):
        if statement.strip():
            op.execute(statement)
    op.execute("ALTER TABLE users " + ", ".join(f"DROP COLUMN {c}" for c in ["p", "q"]))
    op.execute(
        dedent(
            """
            INSERT INTO letters (id, x)
            VALUES (1, 'a'), (2, 'it''s')
            """
        )
    )


def downgrade():
    op.drop_table("letters")
    for table in reversed(TABLES):
        op.drop_column(table, "weight")
