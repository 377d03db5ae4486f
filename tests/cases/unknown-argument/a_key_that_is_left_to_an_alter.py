# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "6c3fa1d8e927"
down_revision = None


def upgrade():
    op.create_table(  # expect: unknown-argument?
        "shops",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("people.id", name="fk_owner", use_alter=True), index=True),
    )
    op.create_table(
        "clubs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("people.id", name="fk_club_owner", use_alter=True), index=True),
    )
    op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_foreign_key("fk_club_owner", "clubs", "people", ["owner_id"], ["id"])


def downgrade():
    op.drop_constraint("fk_club_owner", "clubs", type_="foreignkey")
    op.drop_table("people")
    op.drop_table("clubs")
    op.drop_table("shops")
