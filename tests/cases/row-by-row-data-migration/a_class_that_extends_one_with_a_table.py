# file: 0001_tables.py
import sqlalchemy as sa
from alembic import op

revision = "4d70c1e9a2b6"
down_revision = None


def upgrade():
    op.create_table("rules", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("active", sa.Boolean()))
    op.create_table(
        "mail_rules",
        sa.Column("id", sa.Integer(), sa.ForeignKey("rules.id"), primary_key=True),
        sa.Column("address", sa.Text()),
    )


def downgrade():
    op.drop_table("mail_rules")
    op.drop_table("rules")

# upstream

# file: 0002_rows.py
"""`active` goes to the table of the class above"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session, declarative_base, relationship

revision = "98e3b5f0d17c"
down_revision = "4d70c1e9a2b6"

Base = declarative_base()


class Rule(Base):
    __tablename__ = "rules"
    id = sa.Column(sa.Integer, primary_key=True)
    active = sa.Column(sa.Boolean)


class MailRule(Rule):
    __tablename__ = "mail_rules"
    id = sa.Column(sa.Integer, sa.ForeignKey("rules.id"), primary_key=True)
    address = sa.Column(sa.Text)
    owner = relationship("Rule")


def upgrade():
    session = Session(bind=op.get_bind())
    for rule in session.query(MailRule).filter(MailRule.address == "a@example.org"):
        rule.active = False  # expect: row-by-row-data-migration?
    session.flush()


def downgrade():
    pass
