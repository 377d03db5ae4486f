"""Write the settings"""
from alembic import op

revision = "5b8e13d0f7ca"
down_revision = None


def upgrade():
    op.execute("INSERT INTO settings (name, value) VALUES ('broker', 'amqp://jobs@queue.acme.io:5672') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value
    op.execute("INSERT INTO settings (name, value) VALUES ('cache', '10.20.0.7') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value
    op.execute("INSERT INTO settings (name, value) VALUES ('files', 's3://acme-uploads') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value
    op.execute("INSERT INTO settings (name, value) VALUES ('topic', 'arn:aws:sns:eu-west-1:905418231770:orders') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value
    op.execute("INSERT INTO settings (name, value) VALUES ('hook', 'https://orders.prod.acme.io/hook') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value
    op.execute("INSERT INTO settings (name, value) VALUES ('docs', 'https://docs.acme.io') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value?
    op.execute("INSERT INTO settings (name, value) VALUES ('sender', 'post@acme.io') ON CONFLICT DO NOTHING")  # expect: hardcoded-production-value?


def downgrade():
    op.execute("TRUNCATE settings")
