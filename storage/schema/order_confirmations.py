"""Table of confirmations of orders that one person's word is enough for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.schema.columns import key, moment, row_of, words


class OrderConfirmationRow(SQLModel, table=True):
    """One person's confirmation of an order, and the login by which they gave it.

    Of an order that a group confirmed there is none: see the approval about it.
    """

    __tablename__ = "order_confirmation"
    __table_args__ = (
        UniqueConstraint("order_id", "of_giver"),
        Index("ix_order_confirmation_person_id", "person_id"),
    )

    id: UUID = key()
    order_id: UUID = Field(foreign_key="service_order.id", ondelete="CASCADE")
    of_giver: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    """They confirmed in the name of the owner of a number that the order takes."""
    person_id: UUID = row_of("person.id")
    digest: str = words()
    """Of the act that they were shown."""
    template_version: int
    language: str = words()
    issuer: str = words()
    acr: str = words()
    amr: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    auth_time: datetime = moment()
    token_id: str = words(server_default="")
    confirmed_at: datetime = moment(default_now=True)
