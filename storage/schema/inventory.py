"""Tables of what networks have of services, and of secrets that belong to services."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from storage.schema.columns import document, moment, row_of, words


class ServiceReading(SQLModel, table=True):
    """What its network had of a service, as it was read last."""

    __tablename__ = "service_reading"

    service_id: UUID = Field(foreign_key="service.id", primary_key=True)
    state: str | None = words(nullable=True)
    """As TMF640 spells it; NULL: the network does not show it."""
    has: dict[str, Any] = document()
    """The characteristics that we know, by name."""
    read_at: datetime = moment()


class ServiceSecret(SQLModel, table=True):
    """A secret that an item of an order sets or was given: sealed, and only until it is used."""

    __tablename__ = "service_secret"
    __table_args__ = (
        Index("ix_service_secret_service_id", "service_id"),
        Index("ix_service_secret_kept_until", "kept_until"),
    )

    order_id: UUID = Field(primary_key=True)
    item: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    service_id: UUID = row_of("service.id")
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Encrypted with a payload key, which it names."""
    kept_until: datetime = moment()
