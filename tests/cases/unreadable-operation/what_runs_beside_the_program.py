# file: 0001_listen.py
import alembic.config
import sqlalchemy as sa
from alembic import op
from alembic.operations import ops
from sqlalchemy import event

revision = "b3d07fb6a816"
down_revision = None


def upgrade():
    bind = op.get_bind()

    @event.listens_for(bind, "before_cursor_execute", retval=True)  # expect: unreadable-operation?
    def rewrite(connection, cursor, statement, parameters, context, many):
        return "DROP TABLE account", parameters

    alembic.config.main(argv=["downgrade", "base"])  # expect: unreadable-operation?
    sa.DDL("DROP TABLE ledger")(None, bind)  # expect: drop-table
    sa.inspect(bind).bind.execute(sa.text("DROP TABLE audit"))  # expect: drop-table
    bind.dialect.do_execute(bind.connection.cursor(), "SELECT 1", ())  # expect: unreadable-operation?
    ops.DropColumnOp.drop_column(op, "account", "balance")  # expect: drop-column


def downgrade():
    op.add_column("account", sa.Column("balance", sa.Numeric))
