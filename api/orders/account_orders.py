"""/v1/accounts/{id}/orders: the orders of an account, and a new one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.languages import negotiated
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.orders.inputs import OrderInput
from api.orders.requester import Orderer, answered, ordered_by, shown
from api.orders.schemas import Order, OrderPage
from api.parts import parts_of
from services.orders.orderer import NotPermitted
from services.orders.place import place
from services.orders.reads import list_orders
from storage.orders.placing import ExternalIdUsed

router = APIRouter(prefix="/v1/accounts/{account_id}", tags=["orders"], route_class=GuardedRoute)

_READERS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Reader = Annotated[Authorized, Depends(_READERS)]
Place = tuple[datetime, UUID]
_FOR_SERVICE = "Only those with an item for this service."
_PLACED = problems.together(
    idempotency.RESPONSES, problems.documented("external_id_used", "not_found", "not_permitted")
)


class OrdersState(StrEnum):
    """Which orders to list."""

    OPEN = "open"
    ALL = "all"


@router.get(
    "/orders",
    operation_id="listAccountOrders",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
async def list_account_orders(
    account_id: UUID,
    request: Request,
    admitted: Reader,
    *,
    engine: EngineDep,
    page: pagination.Asked,
    state: OrdersState = OrdersState.ALL,
    service_id: Annotated[UUID | None, Query(description=_FOR_SERVICE)] = None,
) -> OrderPage:
    """List the orders of an account, the newest first.

    All of them for those with `service:view` on the account, and staff; for others with access to
    it those that they placed. Anyone else gets 404.
    """
    name = f"account-orders-{state}"
    before = page.place(name, Place)
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    zone = parts_of(request).approvals.zone
    found = await list_orders(
        engine,
        account_id,
        person_id,
        service_id=service_id,
        only_open=state is OrdersState.OPEN,
        before=before,
        limit=page.limit + 1,
        zone=zone,
    )
    orders, following = page.cut(name, found, lambda each: (each.view.ordered_at, each.view.id))
    language = negotiated(request.headers.get("accept-language"))
    return OrderPage(items=[shown(each, language, zone) for each in orders], next=following)


@router.post(
    "/orders",
    operation_id="placeOrder",
    status_code=201,
    response_model=Order,
    responses=_PLACED,
)
async def place_order(
    account_id: UUID, wanted: OrderInput, request: Request, who: Orderer, *, once: OnceOnly
) -> Response:
    """Place an order, as far as your permissions on its services allow.

    It begins at once, unless it waits for a confirmation, a time or another order: `waits_for`. An
    order that breaks a rule of its products is kept as `rejected`, with the reason on its item.
    """

    async def carry_out(order_id: UUID) -> Done:
        secrets = parts_of(request).secrets
        requested = wanted.requested(account_id)
        try:
            placed = await place(
                who.engine, secrets, order_id, requested, ordered_by(who), rules=who.approvals
            )
        except ExternalIdUsed:
            raise Problem("external_id_used") from None
        except NotPermitted:
            raise Problem("not_permitted") from None
        return await answered(who, placed.id, 201, f"/v1/orders/{placed.id}")

    return await once(who.admitted, carry_out, who.person_id, has_secret=wanted.has_secret())
