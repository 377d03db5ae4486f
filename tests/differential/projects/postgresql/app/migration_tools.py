import sqlalchemy as sa
from alembic import op


def timestamps():
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
    ]


def add_audit_columns(table, *, actor="users.id"):
    op.add_column(table, sa.Column("changed_by", sa.Integer(), sa.ForeignKey(actor, ondelete="SET NULL")))
    op.add_column(table, sa.Column("changed_at", sa.DateTime()))


def drop_audit_columns(table):
    for name in ("changed_at", "changed_by"):
        op.drop_column(table, name)
