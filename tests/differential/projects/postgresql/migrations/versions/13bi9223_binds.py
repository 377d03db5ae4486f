"""binds"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.orm import Session

revision = "13bi9223"
down_revision = "12ty7334"
branch_labels = None
depends_on = None

def upgrade():
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE users SET name = :name WHERE id = :id"), {"name": "x", "id": 1})
    session = Session(bind=connection)
    connection.execute(sa.text("DELETE FROM things WHERE id IS NULL"))
    table = sa.Table("users", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("rank", sa.Integer))
    connection.execute(table.update().where(table.c.id == 3).values(rank=4))
    connection.execute(sa.insert(table), [{"id": 1}, {"id": 2}])


def downgrade():
    raise NotImplementedError("what was overwritten is gone")
