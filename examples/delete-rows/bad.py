"""Remove feature flags of the trial"""
from alembic import op

revision = "5e88e00abf05"
down_revision = None


def upgrade():
    op.execute("DELETE FROM feature_flags WHERE name IN ('trial_banner', 'trial_mail')")


def downgrade():
    op.execute("INSERT INTO feature_flags (name) VALUES ('trial_banner'), ('trial_mail')")
