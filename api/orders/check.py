"""POST /v1/accounts/{id}/orders/check: what an order would cost and need, before it is placed."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.http import problems
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from api.orders.inputs import OrderInput
from api.orders.item_schemas import OrderItemError, OrderPrice
from api.orders.requester import Orderer, ordered_by
from domain.catalogue.products import Confirmation
from runtime.order_texts import OrderTexts
from services.orders.check import check
from services.orders.orderer import NotPermitted
from storage.orders.placing import JudgedItem, NewOrder

router = APIRouter(prefix="/v1/accounts/{account_id}", tags=["orders"], route_class=GuardedRoute)


class CheckedItem(ResponseModel):
    """What its product makes of an item."""

    id: str = Field(description="As in the request; left out there: its number.")
    prices: list[OrderPrice]
    error: OrderItemError | None = Field(description="Why it would be rejected.")

    @classmethod
    def of(cls, item: JudgedItem, texts: OrderTexts) -> Self:
        """The item, its refusal in words."""
        return cls(
            id=item.requested.id,
            prices=[
                OrderPrice(
                    cents=each.cents,
                    currency=each.currency,
                    is_vat_included=each.is_vat_included,
                    period=each.period,
                )
                for each in item.prices
            ],
            error=OrderItemError.of(item.rejection, texts),
        )


class CheckedOrder(ResponseModel):
    """An order as it would be placed now."""

    is_rejected: bool = Field(description="It would be: an item breaks a rule.")
    confirmation: Confirmation = Field(description="Who would have to confirm it.")
    giver_confirms: bool = Field(
        description="The owner of the number that it takes would be asked as well."
    )
    expected: timedelta = Field(description="How long it usually takes: ISO 8601 duration.")
    items: list[CheckedItem]

    @classmethod
    def of(cls, order: NewOrder, texts: OrderTexts) -> Self:
        """The order."""
        return cls(
            is_rejected=order.is_rejected,
            confirmation=order.confirm,
            giver_confirms=any(item.giver_confirms for item in order.items),
            expected=order.expected,
            items=[CheckedItem.of(each, texts) for each in order.items],
        )


@router.post(
    "/orders/check",
    operation_id="checkOrder",
    responses=problems.documented("not_found", "not_permitted"),
)
def check_order(account_id: UUID, wanted: OrderInput, who: Orderer) -> CheckedOrder:
    """Say what an order would cost and need, and which rules it breaks. Nothing is placed or kept.

    As far as your permissions on its services allow. It is judged again when it is placed.
    """
    requested = wanted.requested(account_id)
    try:
        order = check(who.engine.database, requested, ordered_by(who))
    except NotPermitted:
        raise Problem("not_permitted") from None
    return CheckedOrder.of(order, OrderTexts(who.language, who.approvals.zone))
