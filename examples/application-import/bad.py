# file: ../../shop/__init__.py
"""The shop."""

# file: ../../shop/models.py
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Plan(Base):
    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))

# file: 0001_plans.py
"""Create the plans table"""
from alembic import op
from shop.models import Plan

revision = "c40e7a92d1b6"
down_revision = None


def upgrade():
    Plan.__table__.create(op.get_bind())


def downgrade():
    op.drop_table("plans")
