import sqlalchemy as sa
from alembic import op

revision = "3337cea1aacd"
down_revision = None


def upgrade():
    op.create_table(  # expect: foreign-key-locks-referenced-table?
        "visits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), index=True),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("team_id", sa.Integer(), sa.ForeignKey("teams.id"), index=True),
    )


def downgrade():
    op.drop_table("notes")
    op.drop_table("visits")
