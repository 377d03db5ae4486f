"""Drop the mood type and the one column of it"""
from alembic import op

revision = "84c15a715d11"
down_revision = None


def upgrade():
    # Backup plan: diaries.mood stays in the nightly backups for 90 days
    op.drop_column("diaries", "mood")
    op.execute("DROP TYPE mood")


def downgrade():
    op.execute("CREATE TYPE mood AS ENUM ('glad', 'sad')")
    op.execute("ALTER TABLE diaries ADD COLUMN mood mood")
