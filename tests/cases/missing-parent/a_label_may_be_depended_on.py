# file: 0001_core.py
revision = "30d8a1c7f92e"
down_revision = None
branch_labels = ("core",)


def upgrade():
    pass


def downgrade():
    pass

# file: 0002_extra.py
revision = "84f1d7a03bc6"
down_revision = None
branch_labels = ("extra",)
depends_on = "core"


def upgrade():
    pass


def downgrade():
    pass
