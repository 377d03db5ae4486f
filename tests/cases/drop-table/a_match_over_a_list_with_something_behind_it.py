from alembic import op

revision = "b3d07fb6a822"
down_revision = None


def upgrade():
    for turn in [1]:
        match [turn, 2]:
            case [1, *rest]:
                op.drop_table("account")  # expect: drop-table
        break


def downgrade():
    op.execute("CREATE TABLE account (id bigint PRIMARY KEY)")
