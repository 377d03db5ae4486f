# file: 0001_a.py
revision = "add@users"  # expect: revision-id-too-long
down_revision = None


def upgrade():
    pass


def downgrade():
    pass
