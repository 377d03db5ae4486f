"""postgresql types"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app.types import GUID, STATUSES, Color

revision = "03po5ccd"
down_revision = "02co3dde"
branch_labels = None
depends_on = None

def upgrade():
    op.create_table(
        "things",
        sa.Column("id", postgresql.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"), primary_key=True),
        sa.Column("tags", postgresql.ARRAY(sa.String(30)), server_default="{}"),
        sa.Column("grid", postgresql.ARRAY(sa.Integer, dimensions=2)),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("address", postgresql.INET()),
        sa.Column("network", postgresql.CIDR),
        sa.Column("document", postgresql.TSVECTOR()),
        sa.Column("attributes", postgresql.HSTORE(text_type=sa.Text())),
        sa.Column("blob", postgresql.BYTEA),
        sa.Column("ratio", postgresql.DOUBLE_PRECISION(precision=53)),
        sa.Column("seen", postgresql.TIMESTAMP(timezone=True, precision=3)),
        sa.Column("span", postgresql.INTERVAL(fields="DAY TO SECOND")),
        sa.Column("period", postgresql.TSTZRANGE()),
        sa.Column("bits", postgresql.BIT(8, varying=True)),
        sa.Column("mac", postgresql.MACADDR()),
        sa.Column("oid", postgresql.OID()),
        sa.Column("length", sa.Interval()),
        sa.Column("at", sa.Time(timezone=True)),
        sa.Column("kind", postgresql.ENUM("x", "y", name="kind", create_type=False)),
        sa.Column("plain", sa.String().with_variant(sa.Text(), "postgresql")),
        sa.Column("other", sa.String(10).with_variant(sa.Text(), "mysql")),
        sa.Column("collated", sa.String(10, collation="C")),
        sa.Column("guid", GUID()),
        sa.Column("color", sa.Enum(Color)),
        sa.Column("color_text", sa.Enum(Color, values_callable=lambda e: [m.value for m in e], name="colors")),
        sa.Column("state", sa.Enum(*STATUSES, name="state"), server_default=STATUSES[0]),
        postgresql.ExcludeConstraint(("period", "&&"), using="gist", name="ex_things_period"),
    )


def downgrade():
    op.drop_table("things")
    for kind in ("color", "colors", "state"):
        op.execute(f"DROP TYPE {kind}")
