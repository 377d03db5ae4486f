# file: 1_tables.py
import sqlalchemy as sa
from alembic import op

revision = "19b6fd0c42e7"
down_revision = None


def upgrade():
    op.create_table("t", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))
    op.create_table("user", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("a", sa.Text()))


def downgrade():
    op.drop_table("user")
    op.drop_table("t")

# upstream
# file: 2_words.py
from alembic import op

revision = "e2a71c905d38"
down_revision = "19b6fd0c42e7"


def upgrade():
    op.execute("ALTER TABLE t ADD COLUM b text")  # expect: invalid-sql
    op.execute("ALTER TABLE t MODIFY COLUMN a varchar(9)")  # expect: invalid-sql
    op.execute("ALTER TABLE t ADD CONSTRAINT IF NOT EXISTS uq UNIQUE (a)")  # expect: invalid-sql
    op.execute("CREATE TYPE IF NOT EXISTS k AS ENUM ('a')")  # expect: invalid-sql
    op.execute("CREATE TABLE u (id int PRIMARY KEY, a text,)")  # expect: invalid-sql
    op.execute("CREATE TABLE v (id int AUTO_INCREMENT PRIMARY KEY)")  # expect: invalid-sql
    op.execute("UPDATE user SET a = 'x' WHERE id = 1")  # expect: invalid-sql
    op.execute("DELETE FROM t WHERE id = 1 LIMIT 1")  # expect: invalid-sql
    op.execute("INSERT IGNORE INTO t (id) VALUES (2)")  # expect: invalid-sql
    op.execute("UPDATE t JOIN user ON user.id = t.id SET t.a = user.a")  # expect: invalid-sql
    op.execute("DROP INDEX ix_t_a ON t")  # expect: invalid-sql
    op.execute('UPDATE "user" SET a = DEFAULT WHERE id = 3')  # expect: overwrite-without-copy?
    op.execute("INSERT INTO t (id) VALUES (4) ON CONFLICT DO NOTHING")


def downgrade():
    op.execute("DELETE FROM t WHERE id = 4")
