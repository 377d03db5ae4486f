# file: ../../requirements.txt
sqlalchemy==2.0.30

# file: 1_users.py
import sqlalchemy as sa
from alembic import op

revision = "18a5d7c0e3f2"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("users")

# upstream
# file: 2_column.py
import sqlalchemy as sa
from alembic import op

revision = "6b39e0d4a1c7"
down_revision = "18a5d7c0e3f2"

# `alembic upgrade` loads the files when `op` stands for something already (seen on Alembic 1.20.1).
bind = op.get_bind()


def upgrade():
    op.add_column("users", sa.Column("name", sa.Text(), nullable=True))
    op.get_bind().engine.execute(sa.text("SELECT 1"))  # expect: undefined-name
    with op.get_bind().engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))


def downgrade():
    op.drop_column("users", "name")

# file: 3_operation.py
import sqlalchemy as sa
from alembic import op
from alembic.operations import Operations, MigrateOperation

revision = "f07c2b8e5d91"
down_revision = "6b39e0d4a1c7"


@Operations.register_operation("say")
class Say(MigrateOperation):
    @classmethod
    def say(cls, operations):
        return operations.invoke(cls())


@Operations.implementation_for(Say)
def say(operations, operation):
    pass


def upgrade():
    op.add_column("users", sa.Column("nick", sa.Text(), nullable=True))


def downgrade():
    op.drop_column("users", "nick")
