# file: ../../safe-migration.toml
external-revisions = ["ae10c5f2b7d9"]

# file: 0001_here.py
revision = "30d8a1c7f92e"
down_revision = "ae10c5f2b7d9"  # expect: missing-parent?


def upgrade():
    pass


def downgrade():
    pass
