# file: ../../pyproject.toml
[project]
name = "shop"
requires-python = ">=3.11"

# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision: Union[str, None] = "20f6c8e1b5a7"  # expect: undefined-name
down_revision = None


class Row:
    id: Optional[int] = None  # expect: undefined-name
    name: str


def helper(one: Sequence[str], other: "Later | None" = None) -> Mapping:  # expect: undefined-name
    kept: Local = None
    return kept


def generic[T](one: T) -> list[T]:
    return [one]


def upgrade():
    op.create_table("visits", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("visits")
