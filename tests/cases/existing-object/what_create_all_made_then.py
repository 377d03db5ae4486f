# file: ../../app/__init__.py

# file: ../../app/models.py
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    id = mapped_column(sa.Integer, primary_key=True)
    email = mapped_column(sa.String(80))


class Flow(Base):
    __tablename__ = "flows"
    id = mapped_column(sa.Integer, primary_key=True)

# file: 0001_initial.py
"""What stood in the models on that day was made; what stands there today came later"""
from alembic import op
from app.models import Base

revision = "71e0a6c2d5b8"
down_revision = None


def upgrade():
    Base.metadata.create_all(bind=op.get_bind())


def downgrade():
    pass

# upstream

# file: 0002_flows.py
import sqlalchemy as sa
from alembic import op

revision = "8a44d09b1c3f"
down_revision = "71e0a6c2d5b8"


def upgrade():
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_table("flows", sa.Column("id", sa.Integer(), primary_key=True))  # expect: existing-object?
    op.add_column("accounts", sa.Column("email", sa.String(80)))


def downgrade():
    op.drop_column("accounts", "email")
    op.drop_table("flows")
