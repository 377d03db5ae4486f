# file: 0001_a.py
revision = "a1b2c3d4e5f6"
down_revision = None


def upgrade():
    pass


def downgrade():
    pass

# upstream

# file: 0002_b.py
revision = "b2c3d4e5f6a7"  # expect: typed-revision-id?
down_revision = "a1b2c3d4e5f6"


def upgrade():
    pass


def downgrade():
    pass

# file: 0003_c.py
revision = "0001"
down_revision = "b2c3d4e5f6a7"


def upgrade():
    pass


def downgrade():
    pass
