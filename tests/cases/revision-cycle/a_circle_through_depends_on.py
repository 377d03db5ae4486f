# file: 0001_a.py
revision = "30d8a1c7f92e"
down_revision = None
depends_on = "84f1d7a03bc6"


def upgrade():
    pass


def downgrade():
    pass

# file: 0002_b.py
revision = "84f1d7a03bc6"
down_revision = "30d8a1c7f92e"  # expect: revision-cycle


def upgrade():
    pass


def downgrade():
    pass
