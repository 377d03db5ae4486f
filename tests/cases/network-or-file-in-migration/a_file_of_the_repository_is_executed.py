# file: sql/up.sql
CREATE TABLE ledger_entry (id bigint PRIMARY KEY);
ALTER TABLE account DROP COLUMN balance;

# file: 0001_drop_balance.py
from pathlib import Path

from alembic import op

revision = "b3d07fb6a815"
down_revision = None

FOLDER = Path(__file__).resolve().parent / "sql"


def upgrade():
    for path in sorted(FOLDER.glob("*.sql")):  # expect: network-or-file-in-migration?
        for statement in path.read_text().split(";"):  # expect: network-or-file-in-migration?
            if statement.strip():
                op.execute(statement)  # expect: drop-column


def downgrade():
    op.execute("DROP TABLE ledger_entry")
    op.execute("ALTER TABLE account ADD COLUMN balance numeric")
