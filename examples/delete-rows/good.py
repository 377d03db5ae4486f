"""Remove feature flags of the trial, and keep them aside"""
from alembic import op

revision = "5e88e00abf05"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE feature_flags_removed AS SELECT * FROM feature_flags WHERE name LIKE 'trial_%'")
    op.execute("DELETE FROM feature_flags WHERE name IN ('trial_banner', 'trial_mail')")


def downgrade():
    op.execute("INSERT INTO feature_flags SELECT * FROM feature_flags_removed")
    op.execute("DROP TABLE feature_flags_removed")
