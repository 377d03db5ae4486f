# file: 1_views.py
import sqlalchemy as sa
from alembic import op

revision = "7d30c5e8b921"
down_revision = None


def upgrade():
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("email", sa.String(100)))
    op.create_table("posts", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user_id", sa.Integer()))
    op.execute("CREATE VIEW v AS SELECT id, email FROM users")
    op.execute("CREATE VIEW fewer AS SELECT id, email FROM users")
    op.execute("CREATE VIEW renamed AS SELECT id, email FROM users")
    op.execute("CREATE VIEW retyped AS SELECT id, email FROM users")
    op.execute("CREATE VIEW w AS SELECT u.email AS mail, p.user_id FROM users u JOIN posts p ON p.user_id = u.id")


def downgrade():
    op.execute("DROP VIEW w, retyped, renamed, fewer, v")
    op.drop_table("posts")
    op.drop_table("users")

# upstream
# file: 2_replaced.py
from alembic import op
import sqlalchemy as sa

revision = "b6e14f72d059"
down_revision = "7d30c5e8b921"


def upgrade():
    op.execute("CREATE OR REPLACE VIEW fewer AS SELECT id FROM users")  # expect: existing-object
    op.execute("CREATE OR REPLACE VIEW renamed AS SELECT id, email AS mail FROM users")  # expect: existing-object
    op.execute("CREATE OR REPLACE VIEW retyped AS SELECT id, email::text FROM users")  # expect: existing-object
    op.execute("CREATE OR REPLACE VIEW v AS SELECT id, email, lower(email) AS lowered FROM users")
    op.alter_column("users", "email", type_=sa.Text())  # expect: object-in-use


def downgrade():
    op.alter_column("users", "email", type_=sa.String(100))  # expect: object-in-use
    op.execute("CREATE OR REPLACE VIEW retyped AS SELECT id, email::varchar FROM users")  # expect: existing-object
    op.execute("CREATE OR REPLACE VIEW renamed AS SELECT id, email FROM users")  # expect: existing-object
    op.execute("CREATE OR REPLACE VIEW fewer AS SELECT id, email FROM users")
    op.execute("DROP VIEW v")
    op.execute("CREATE VIEW v AS SELECT id, email FROM users")
