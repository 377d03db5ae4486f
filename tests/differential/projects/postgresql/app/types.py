import enum

import sqlalchemy as sa


class GUID(sa.types.TypeDecorator):
    impl = sa.CHAR(32)
    cache_ok = True


class Color(enum.Enum):
    RED = "red"
    GREEN = "green"


STATUSES = ("draft", "sent", "paid")
