# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "5f0e6a3b7c12"
down_revision = None


def upgrade():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(100)),
        sa.Column("active", sa.Boolean()),
        sa.Column("lastSeen", sa.DateTime()),
        sa.Column("kind", sa.Enum("a", "b", name="kind")),
        sa.Column("mail", sa.String(100), sa.Computed("lower(email)", persisted=True)),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table("AuditLog", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("user_id", sa.Integer()))


def downgrade():
    op.drop_table("AuditLog")
    op.drop_table("users")
    op.execute("DROP TYPE kind")

# upstream
# file: 2_rows.py
from alembic import op

revision = "c81d2f90ab34"
down_revision = "5f0e6a3b7c12"


def upgrade():
    op.execute("UPDATE users SET email = lower(nick) WHERE id = 1")  # expect: missing-object
    op.execute("UPDATE users SET email = '' WHERE nick = 'x' AND id = 2")  # expect: missing-object
    op.execute("DELETE FROM users WHERE lastSeen < now() AND id = 3")  # expect: missing-object
    op.execute("UPDATE AuditLog SET user_id = 1 WHERE id = 1")  # expect: missing-object
    op.execute("UPDATE users SET kind = 'c' WHERE id = 4")  # expect: impossible-cast
    op.execute("UPDATE users SET active = 1 WHERE id = 5")  # expect: impossible-cast
    op.execute("UPDATE users SET mail = 'x' WHERE id = 6")  # expect: impossible-cast
    op.execute("INSERT INTO users (id, email) VALUES (7)")  # expect: invalid-sql
    op.execute("INSERT INTO users (id, email) VALUES (8, 'x') ON CONFLICT (active) DO NOTHING")  # expect: missing-object
    op.execute("INSERT INTO users (id) SELECT uid FROM \"AuditLog\" WHERE id = 1")  # expect: missing-object
    op.execute("UPDATE users SET active = 1::boolean, \"lastSeen\" = now() WHERE kind = 'a' AND id = 9")  # expect: overwrite-without-copy?
    op.execute("UPDATE users SET active = true WHERE extract(epoch FROM \"lastSeen\") > 0 AND id = 10")  # expect: overwrite-without-copy?
    op.execute("INSERT INTO users (id, email) VALUES (11, 'x') ON CONFLICT (email) DO NOTHING")


def downgrade():
    op.execute("DELETE FROM users WHERE id = 11")
