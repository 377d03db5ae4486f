import sqlalchemy as sa
from alembic import op
from sqlalchemy import inspect

revision = "947dab69c4d0"
down_revision = None


def upgrade():
    inspector = inspect(op.get_bind())
    if not inspector.has_table("notes"):
        op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("by", sa.Text()))
        op.create_index("ix_notes_by", "notes", ["by"])
        op.create_unique_constraint("uq_notes_by", "notes", ["by"])
        if inspector.has_table("users"):
            op.add_column("notes", sa.Column("kind", sa.Text(), nullable=False))
    else:
        op.create_index("ix_notes_by_2", "notes", ["by"])  # expect: index-without-concurrently
    op.create_unique_constraint("uq_notes_id", "notes", ["id"])  # expect: unique-constraint-scan

    labels = inspector.has_table("labels")
    if not labels:
        op.create_table("labels", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("SET LOCAL lock_timeout = '1s'")
    if not labels:
        op.create_index("ix_labels_id", "labels", ["id"])
    if labels:
        op.create_index("ix_labels_id_2", "labels", ["id"])  # expect: index-without-concurrently

    tags()
    if inspector.has_table("a"):
        op.create_table("b", sa.Column("id", sa.Integer(), primary_key=True))
    if inspector.has_table("c"):
        op.create_index("ix_b", "b", ["id"])  # expect: index-without-concurrently


def tags():
    if inspect(op.get_bind()).has_table("tags"):
        return
    op.create_table("tags", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
    op.create_index("ix_tags_name", "tags", ["name"])


def downgrade():
    op.drop_table("b")
    op.drop_table("labels")
    op.drop_table("tags")
    op.drop_table("notes")
