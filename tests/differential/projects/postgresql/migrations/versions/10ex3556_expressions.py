"""expressions"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.sql import column, table

revision = "10ex3556"
down_revision = "09di1667"
branch_labels = None
depends_on = None

users = sa.table("users", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("rank", sa.Integer))
cities = table("cities", column("id"), column("name"))


def upgrade():
    op.bulk_insert(cities, [{"id": 1, "name": "Riga"}, {"id": 2, "name": "Oslo"}])
    op.execute(users.update().where(users.c.rank == op.inline_literal(0)).values({"rank": op.inline_literal(1)}))
    op.execute(users.update().values(name=sa.func.lower(users.c.name)).where(users.c.name.isnot(None)))
    op.execute(sa.delete(cities).where(cities.c.name.in_(["Riga", "Oslo"])))
    op.execute(cities.insert().values(id=3, name="Bern"))
    op.execute(sa.insert(cities).from_select(["name"], sa.select(users.c.name).distinct()))
    op.execute(
        users.update().where(sa.and_(users.c.rank > 3, users.c.name != None)).values(rank=users.c.rank + 1)  # noqa: E711
    )
    op.execute(
        sa.update(users).values(
            rank=sa.case((users.c.rank < 5, 1), else_=sa.literal(2)),
            name=sa.select(cities.c.name).where(cities.c.id == users.c.id).scalar_subquery(),
        )
    )


def downgrade():
    op.execute(cities.delete())
