from alembic import op

revision = "ee223598b48c"
down_revision = None


def upgrade():
    op.execute("ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX uq_ix")


def downgrade():
    op.drop_constraint("uq", "users", type_="unique")
