import os

from alembic import op

revision = "cb41a5ba6a3b"
down_revision = None

stage = os.environ["STAGE"]


def upgrade():
    if stage not in ["live", "production"]:  # expect: environment-dependent?
        op.execute("COMMENT ON TABLE a IS 'a'")
    if stage in ("live", "production"):  # expect: environment-dependent?
        op.execute("COMMENT ON TABLE b IS 'b'")
    if not stage:  # expect: environment-dependent?
        op.execute("COMMENT ON TABLE c IS 'c'")
    if "STAGE" in os.environ:  # expect: environment-dependent?
        op.execute("COMMENT ON TABLE d IS 'd'")
    if "a" not in ("b", "c"):
        op.execute("COMMENT ON TABLE e IS 'e'")


def downgrade():
    pass  # comments stay
