"""Models of the items of orders as people see them."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.grant_schemas import ServiceLabel
from api.http.schemas import ResponseModel
from domain.catalogue.actions import ItemAction
from domain.catalogue.products import Period
from domain.orders.refusals import OrderRefusal, Rejection
from domain.orders.states import OrderState
from domain.orders.waiting import ItemWait
from runtime.order_texts import ItemProgress, OrderTexts
from services.orders.order_reader import ShownItem


class OrderedProduct(ResponseModel):
    """The version of a product that was ordered."""

    id: str
    version: str = Field(description="Version of the product, as it was when the order was placed.")
    name: str = Field(description="In the language of the answer.")


class OrderPrice(ResponseModel):
    """What an item costs, as its product had it when the order was placed."""

    cents: int = Field(description="Hundredths of the currency.")
    currency: str
    is_vat_included: bool
    period: Period


class OrderItemError(ResponseModel):
    """Which rule an item breaks."""

    code: OrderRefusal = Field(description="The rule that is broken.")
    text: str
    parameter: str | None = Field(description="Name of the parameter at fault.")
    product: str | None = Field(
        description="Id of the other product, which it needs or which excludes it."
    )

    @classmethod
    def of(cls, rejection: Rejection | None, texts: OrderTexts) -> Self | None:
        """The refusal in words; None for None."""
        if rejection is None:
            return None
        return cls(
            code=rejection.refusal,
            text=texts.refusal(rejection),
            parameter=rejection.parameter,
            product=rejection.product,
        )


class OrderItem(ResponseModel):
    """One item of an order."""

    id: str = Field(description="The client's id of it.")
    number: int = Field(description="Number of the item in the order: 1 is the first.")
    action: ItemAction = Field(description="What is done with the product.")
    state: OrderState
    service_id: UUID | None
    service: ServiceLabel | None = Field(description="Null: it has left the account.")
    product: OrderedProduct | None = Field(description="Null: there is no such product.")
    parameters: dict[str, Any] = Field(
        description="Without secrets, and without what the caller may not see of the service."
    )
    prices: list[OrderPrice]
    after: list[int] = Field(description="Numbers of the items that must be completed first.")
    waits_for: ItemWait | None
    progress: str = Field(description="How far it is, in words, in the language of the answer.")
    error: OrderItemError | None = Field(description="Why it was rejected.")
    begun_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, item: ShownItem, texts: OrderTexts) -> Self:
        view, product = item.view, item.product
        progress = ItemProgress(
            view.state, item.waits_for, view.after, view.refused_code, rejection_of(item)
        )
        return cls(
            id=view.id,
            number=view.number,
            action=view.action,
            state=view.state,
            service_id=view.service_id,
            service=ServiceLabel.of(item.service),
            product=None
            if product is None
            else OrderedProduct(
                id=product.id, version=product.version, name=product.name[texts.language]
            ),
            parameters=dict(item.parameters),
            prices=[OrderPrice(**each) for each in view.prices],
            after=list(view.after),
            waits_for=item.waits_for,
            progress=texts.item(progress),
            error=OrderItemError.of(rejection_of(item), texts),
            begun_at=view.begun_at,
            ended_at=view.ended_at,
        )


def rejection_of(item: ShownItem) -> Rejection | None:
    """Return why an item was rejected; None: it was not."""
    view = item.view
    return None if view.error is None else Rejection(view.error, view.error_about)
