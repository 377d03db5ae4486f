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
import sqlalchemy as sa
from shop.models import Plan
from sqlalchemy.orm import Session

revision = "c40e7a92d1b6"
down_revision = None


def upgrade():
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
    )
    session = Session(bind=op.get_bind())
    session.add(Plan(name="basic"))
    session.flush()


def downgrade():
    op.drop_table("plans")
