# file: ../../alembic.ini
[alembic]
script_location = alembic
sqlalchemy.url = mysql+pymysql://localhost/app

# file: 1_tables.py
from alembic import op

revision = "5e90b2a7d3c6"
down_revision = None


def upgrade():
    op.execute("CREATE TABLE notes (body TEXT)")
    op.execute("CREATE TABLE lines (id INT AUTO_INCREMENT PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE `lines`")
    op.execute("DROP TABLE notes")

# upstream
# file: 2_numbers.py
from alembic import op

revision = "d86f1c3b5a20"
down_revision = "5e90b2a7d3c6"


def upgrade():
    op.execute("CREATE TABLE marks (id INT AUTO_INCREMENT, name INT)")  # expect: invalid-sql
    op.execute("CREATE TABLE stars (id INT AUTO_INCREMENT, name INT, KEY by_id (id))")  # expect: partial-ddl?
    op.execute("ALTER TABLE notes ADD COLUMN id INT AUTO_INCREMENT, ADD KEY by_id (id)")
    op.execute("ALTER TABLE `lines` ADD COLUMN place INT AUTO_INCREMENT UNIQUE")  # expect: invalid-sql
    op.execute("CREATE TABLE days (id INT PRIMARY KEY, day DATE) PARTITION BY HASH (year(day))")  # expect: invalid-sql


def downgrade():
    op.execute("DROP TABLE days")
    op.execute("ALTER TABLE `lines` DROP COLUMN place")
    op.execute("ALTER TABLE notes DROP COLUMN id")
    op.execute("DROP TABLE stars")
    op.execute("DROP TABLE marks")
