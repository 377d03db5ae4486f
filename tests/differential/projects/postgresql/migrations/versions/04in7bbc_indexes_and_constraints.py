"""indexes and constraints"""

from alembic import op
import sqlalchemy as sa

revision = "04in7bbc"
down_revision = "03po5ccd"
branch_labels = None
depends_on = None

def upgrade():
    op.create_index("ix_lower", "users", [sa.text("lower(email)")], unique=True)
    op.create_index("ix_func", "users", [sa.func.lower(sa.column("name")), "rank"])
    op.create_index("ix_gin", "things", ["data"], postgresql_using="gin", postgresql_where=sa.text("data IS NOT NULL"))
    op.create_index(index_name="ix_kw", table_name="users", columns=["born"], schema="public", if_not_exists=True)
    op.create_unique_constraint("uq_code", "users", ["code", "rank"])
    op.create_foreign_key(None, "orders", "users", ["user_id"], ["id"], source_schema="sales", ondelete="CASCADE")
    op.create_foreign_key("fk_nv", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)
    op.create_check_constraint("ck_rank", "users", sa.column("rank") > 0)
    op.create_check_constraint("ck_name", "users", "length(name) > 2")
    op.create_primary_key("pk_tags", "tags", ["a", "b"])
    op.create_exclude_constraint("ex", "bookings", ("room", "="), ("during", "&&"), using="gist")
    op.rename_table("tags", "labels")
    op.create_table_comment("labels", "what things are called")


def downgrade():
    op.drop_table_comment("labels")
    op.rename_table("labels", "tags")
    op.drop_constraint("pk_tags", "tags", type_="primary")
    op.drop_constraint("ck_name", "users", "check")
    op.drop_constraint("fk_nv", "orders", type_="foreignkey")
    op.drop_index("ix_gin", "things")
    op.drop_index("ix_lower")
