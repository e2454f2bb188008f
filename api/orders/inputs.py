"""Bodies of requests for orders by people."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.http.problems import Problem
from api.http.schemas import AnyMoment, RequestModel, SingleLine
from api.http.validation_errors import ValidationIssue
from domain.catalogue.actions import ItemAction
from domain.catalogue.characteristic_specs import LARGEST_NUMBER
from domain.inventory.characteristics import SECRETS
from domain.orders.limits import MOST_ITEMS
from domain.orders.requests import (
    InvalidRequest,
    RequestedItem,
    RequestedOrder,
    digest_of,
)

Name = Annotated[str, Field(min_length=1, max_length=100, pattern="^[A-Za-z0-9_.-]+$")]
Whole = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
ParameterValue = bool | Whole | Annotated[SingleLine, Field(max_length=200)]


class OrderItemInput(RequestModel):
    """One thing to order."""

    id: Name | None = Field(None, description="Yours, unique in the order. Left out: its number.")
    action: ItemAction = Field(
        ItemAction.MODIFY,
        description="What is done with the product.",
    )
    product: Name
    product_version: Name | None = Field(None, description="Left out: the current one.")
    service_id: UUID = Field(description="Id of the service that the item is about.")
    parameters: dict[Name, ParameterValue] = Field(
        default={},
        max_length=50,
        description="What the product leaves open, by name.",
    )
    after: list[Name] = Field(
        default=[], max_length=MOST_ITEMS, description="Ids of items that must be completed first."
    )


class OrderInput(RequestModel):
    """An order."""

    items: list[OrderItemInput] = Field(
        min_length=1,
        max_length=MOST_ITEMS,
        description="What is ordered.",
    )
    description: SingleLine = Field(
        "",
        max_length=500,
        description="What it is for, in your words.",
    )
    external_id: Name | None = Field(
        None,
        description="Yours. The same order again under it is answered with the first; another is"
        " refused.",
    )
    requested_start_at: AnyMoment | None = Field(
        None,
        description="When it is to begin. Left out: at once.",
    )
    requested_completion_at: AnyMoment | None = Field(
        None,
        description="When it is to be completed. Left out: as soon as possible.",
    )

    def has_secret(self) -> bool:
        """Return whether one of the parameters is a secret."""
        return any(not SECRETS.isdisjoint(each.parameters) for each in self.items)

    def requested(self, account_id: UUID) -> RequestedOrder:
        """Return the request. Raises Problem for items that wait for what is not there."""
        try:
            return RequestedOrder(
                tuple(_item(number, each) for number, each in enumerate(self.items, 1)),
                account_id,
                self.external_id,
                description=self.description,
                requested_start_at=self.requested_start_at,
                requested_completion_at=self.requested_completion_at,
                digest=digest_of(self.model_dump(mode="json") | {"account": str(account_id)}),
            )
        except InvalidRequest as error:
            issue = ValidationIssue(_pointer(error.pointer), str(error))
            raise Problem("invalid", errors=[issue]) from None


class CancelOrderInput(RequestModel):
    """Why an order is to be cancelled."""

    reason: SingleLine = Field(
        "",
        max_length=500,
        description="Why, in words, for other staff.",
    )


def _item(number: int, wanted: OrderItemInput) -> RequestedItem:
    return RequestedItem(
        wanted.id or str(number),
        wanted.action,
        wanted.product,
        wanted.product_version,
        wanted.service_id,
        dict(wanted.parameters),
        tuple(wanted.after),
    )


def _pointer(of_tmf641: str) -> str:
    """Return where in our own body the fault is."""
    return of_tmf641.replace("/serviceOrderItemRelationship", "/after").replace(
        "/serviceOrderItem", "/items"
    )
