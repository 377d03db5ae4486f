from alembic import op

revision = "4687a2b8cbde"
down_revision = None


def upgrade():
    op.drop_constraint("fk", "a", type_="foreignkey")  # expect: drop-foreign-key?
    op.create_foreign_key("fk", "a", "b", ["x"], ["id"], ondelete="CASCADE", postgresql_not_valid=True)  # expect: foreign-key-locks-referenced-table?


def downgrade():
    op.drop_constraint("fk", "a", type_="foreignkey")
    op.create_foreign_key("fk", "a", "b", ["x"], ["id"], postgresql_not_valid=True)
