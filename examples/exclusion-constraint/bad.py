"""Bookings do not overlap"""
from alembic import op

revision = "736217e019e8"
down_revision = None


def upgrade():
    op.create_exclude_constraint("bookings_overlap", "bookings", ("room_id", "="), ("during", "&&"), using="gist")


def downgrade():
    op.drop_constraint("bookings_overlap", "bookings")
