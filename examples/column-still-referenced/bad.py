# file: ../../app/models.py
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(255))
    legacy_field: Mapped[str | None] = mapped_column(sa.String(80))
# upstream
# file: 89c34e64ecac_drop_the_legacy_field_of_users.py
"""Drop the legacy field of users"""
import sqlalchemy as sa
from alembic import op

revision = "89c34e64ecac"
down_revision = None


def upgrade():
    # Backup plan: users.legacy_field is kept in users_legacy_2026 for a year
    op.drop_column("users", "legacy_field")


def downgrade():
    op.add_column("users", sa.Column("legacy_field", sa.String(80), nullable=True))
