# file: ../../app/types.py
import enum

from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.types import SchemaType, TypeDecorator


class EnumType(TypeDecorator, SchemaType):
    impl = ENUM

    def __init__(self, enum_cls, **opts):
        if "name" not in opts:
            opts["name"] = enum_cls.__name__.lower()
        super().__init__(*(member.name for member in enum_cls), **opts)

# file: 0001_roles.py
"""Kernels have a role"""
import enum

from alembic import op
from sqlalchemy.dialects import postgresql
import sqlalchemy as sa

from app.types import EnumType

revision = "9e14b7c02fd8"
down_revision = None


class KernelRole(enum.Enum):
    INFERENCE = "INFERENCE"
    COMPUTE = "COMPUTE"


role = postgresql.ENUM("INFERENCE", "COMPUTE", name="kernelrole")


def upgrade():
    role.create(op.get_bind())
    # The type names itself after the enum.
    op.add_column("kernels", sa.Column("role", EnumType(KernelRole), nullable=True))
    op.add_column("kernels", sa.Column("state", sa.Enum("ON", "OFF"), nullable=True))  # expect: enum-type-not-created


def downgrade():
    op.drop_column("kernels", "state")
    op.drop_column("kernels", "role")
    role.drop(op.get_bind())
