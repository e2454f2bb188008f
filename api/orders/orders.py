"""/v1/orders: how far an order is, and what its people do about it: confirm it, cancel it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.approvals.schemas import ConfirmInput
from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.delegations.refusals import as_problems
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.languages import negotiated
from api.http.routes import GuardedRoute
from api.orders.inputs import CancelOrderInput
from api.orders.requester import Confirmer, Orderer, answered, ordered_by, shown
from api.orders.schemas import Order
from api.parts import parts_of
from services.orders import cancel_as_person, confirm
from services.orders.confirm import SeenOrder
from services.orders.reads import read_order

router = APIRouter(prefix="/v1/orders", tags=["orders"], route_class=GuardedRoute)

_READERS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Reader = Annotated[Authorized, Depends(_READERS)]
_CANCELLED = problems.together(
    idempotency.RESPONSES,
    problems.documented("not_found", "not_permitted", "order_not_cancellable"),
)
_CONFIRMED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        *("act_changed", "group_unfillable", "needs_joint_approval", "not_counted", "not_found"),
        *("not_the_orderer", "order_not_waiting", "orderer_not_permitted"),
        *("representative_needed", "step_up_needed", "template_unknown", "too_many_requests"),
    ),
) | {202: {"model": Order, "description": "Confirmed; others are to confirm it as well."}}


@router.get("/{order_id}", operation_id="getOrder", responses=problems.documented("not_found"))
async def get_order(order_id: UUID, request: Request, admitted: Reader, engine: EngineDep) -> Order:
    """Return an order: how far it is, what it waits for, and what failed and why.

    For those with `service:view` on its account, who placed it, and staff. Anyone else gets 404.
    """
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    zone = parts_of(request).approvals.zone
    found = await read_order(engine, order_id, person_id, zone)
    return shown(found, negotiated(request.headers.get("accept-language")), zone)


@router.post(
    "/{order_id}/confirm",
    operation_id="confirmOrder",
    response_model=Order,
    responses=_CONFIRMED,
)
async def confirm_order(
    order_id: UUID, seen: ConfirmInput, who: Confirmer, once: OnceOnly
) -> Response:
    """Confirm an order by your own fresh login, as the text and digest that you were shown.

    Some orders need whoever placed them, others those who represent the owner of the account. One
    who represents the company alone is enough. Who represents it only together with others opens
    an approval, which the others confirm: 202, with its `Location`. Repeatable.
    """

    async def carry_out(_: UUID) -> Done:
        mine = SeenOrder(order_id, who.person_id, seen.digest, seen.template_version, seen.language)
        with as_problems():
            approval = await confirm.confirm(who.engine, who.jointly(), mine, actor=who.actor)
        if approval is None:
            return await answered(who, order_id)
        return await answered(who, order_id, 202, f"/v1/approvals/{approval}")

    return await once(who.admitted, carry_out, who.person_id)


@router.post(
    "/{order_id}/cancel",
    operation_id="cancelOrder",
    response_model=Order,
    responses=_CANCELLED,
)
async def cancel_order(
    order_id: UUID, why: CancelOrderInput, who: Orderer, once: OnceOnly
) -> Response:
    """Ask to cancel an order. What has not begun is cancelled; what was done is undone.

    For who placed it, and who represents the owner of the account. Where some items are past their
    point of no return, the others are cancelled and the order ends as `partial`.
    """

    async def carry_out(cancel_id: UUID) -> Done:
        by = ordered_by(who)
        await cancel_as_person.cancel(who.engine, cancel_id, order_id, why.reason, by)
        return await answered(who, order_id)

    return await once(who.admitted, carry_out, who.person_id)
