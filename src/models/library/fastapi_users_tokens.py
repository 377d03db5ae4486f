# What `fastapi_users_db_sqlalchemy.access_token` lends to the classes that extend it (7.0.0).
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from fastapi_users_db_sqlalchemy.generics import GUID, TIMESTAMPAware


class SQLAlchemyBaseAccessTokenTable:
    __tablename__ = "accesstoken"

    token: Mapped[str] = mapped_column(String(length=43), primary_key=True)
    created_at: Mapped[str] = mapped_column(TIMESTAMPAware(timezone=True), index=True, nullable=False, default=str)

    def __class_getitem__(cls, key):
        return cls


class SQLAlchemyBaseAccessTokenTableUUID(SQLAlchemyBaseAccessTokenTable):
    @declared_attr
    def user_id(cls) -> Mapped[str]:
        return mapped_column(GUID, ForeignKey("user.id", ondelete="cascade"), nullable=False)
