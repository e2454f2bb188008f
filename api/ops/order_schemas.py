"""Models of orders as operations list them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.orders.states import OrderState
from storage.orders.order_queries import OrderLine


class ListedOrder(ResponseModel):
    """An order as operations list it; `GET /v1/orders/{id}` shows it."""

    id: UUID
    state: OrderState
    account_id: UUID | None = Field(description="Null: rejected, no account could be found.")
    external_id: str | None = Field(description="The id that its client gave it.")
    items: int = Field(description="How many it has.")
    ordered_at: datetime
    expected_at: datetime | None = Field(description="When it is expected to be completed.")
    ended_at: datetime | None

    @classmethod
    def of(cls, line: OrderLine) -> Self:
        return cls.model_validate(line, from_attributes=True)


class ListedOrderPage(ResponseModel):
    """A page of orders."""

    items: list[ListedOrder]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
