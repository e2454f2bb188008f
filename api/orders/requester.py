"""The person for whom a request about orders is made, and the answer that they get."""

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends

from api.auth.authorization import Allow
from api.delegations.requester import Requester, requester
from api.http.idempotency import Done
from api.orders.schemas import Order
from domain.numbers.sms_texts import Language
from runtime.order_texts import OrderTexts
from services.errors import NotFound
from services.orders.ordered_by import OrderedBy
from services.orders.reads import ShownOrder, read_order

Orderer = Annotated[Requester, Depends(requester(Allow(person=True, portal=True)))]
"""Also through the portal: what needs a confirmation waits for the person's own."""
Confirmer = Annotated[Requester, Depends(requester(Allow(person=True, fresh=True)))]
"""By their own fresh login only."""


def ordered_by(who: Requester) -> OrderedBy:
    """Return who places or changes an order, by which program."""
    return OrderedBy(who.admitted.client, who.actor, who.person_id)


def shown(order: ShownOrder, language: Language, zone: ZoneInfo) -> Order:
    """Return an order as it is shown in this language. Raises NotFound where it has no account."""
    if order.view.account_id is None:
        raise NotFound
    return Order.of(order, order.view.account_id, OrderTexts(language, zone))


async def answered(who: Requester, order_id: UUID, status: int = 200, location: str = "") -> Done:
    """Answer with the order as the person sees it."""
    zone = who.approvals.zone
    order = await read_order(who.engine, order_id, who.person_id, zone)
    headers = {"Location": location} if location else {}
    return Done(status, shown(order, who.language, zone).to_keep(), headers)
