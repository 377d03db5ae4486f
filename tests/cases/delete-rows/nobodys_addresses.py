"""Write the settings"""
from alembic import op

revision = "c2907fb5ae41"
down_revision = None


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('broker', 'amqp://jobs@localhost:5672') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('database', 'postgresql://app:app@db/app') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('cache', '127.0.0.1') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('allowed', '10.0.0.0/8') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('sample', '203.0.113.9') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('namespace', 'http://www.w3.org/2000/svg') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('sender', 'jane@example.com') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('help', 'See https://acme.io/help for more.') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('version', '2.4.0.1') ON CONFLICT DO NOTHING")
    op.execute("INSERT INTO settings (name, value) VALUES ('task', 'app.tasks.send_mail') ON CONFLICT DO NOTHING")
    # What is taken away is not brought in: https://orders.internal/hook
    op.execute("DELETE FROM settings WHERE value = 'https://orders.internal/hook'")  # expect: delete-rows?


def downgrade():
    op.execute("TRUNCATE settings")
