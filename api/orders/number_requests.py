"""/v1/number-requests: orders of others that take a number of an account, for its owner."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.approvals.schemas import ConfirmInput
from api.auth.authorization import Allow, Authorized
from api.delegations.refusals import as_problems
from api.http import idempotency, pagination, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.languages import negotiated
from api.http.routes import GuardedRoute
from api.orders.number_request_schemas import NumberRequest, NumberRequestPage
from api.orders.requester import Confirmer, Orderer
from services.orders import give_number
from services.orders.confirm import SeenOrder
from services.orders.number_request_reads import list_number_requests, read_number_request

router = APIRouter(prefix="/v1", tags=["orders"], route_class=GuardedRoute)

Reader = Annotated[Authorized, Depends(Allow(person=True, portal=True))]
Place = tuple[datetime, UUID]
_CONFIRMED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        *("act_changed", "group_unfillable", "needs_joint_approval", "not_counted", "not_found"),
        *("order_not_waiting", "step_up_needed", "template_unknown", "too_many_requests"),
    ),
) | {202: {"model": NumberRequest, "description": "Confirmed; others are to confirm it as well."}}


@router.get(
    "/accounts/{account_id}/number-requests",
    operation_id="listNumberRequests",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
async def list_requests(
    account_id: UUID, request: Request, admitted: Reader, engine: EngineDep, page: pagination.Asked
) -> NumberRequestPage:
    """List what others ask of the owner of an account: numbers of its services. The newest first.

    Those that wait, and those that were let go. For the owner of the account and who represents
    them. Anyone else gets 404.
    """
    name = "number-requests"
    person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    found = await list_number_requests(
        engine, account_id, person_id, before=page.place(name, Place), limit=page.limit + 1
    )
    shown, following = page.cut(
        name, found, lambda each: (each.request.asked_at, each.request.order_id)
    )
    language = negotiated(request.headers.get("accept-language"))
    return NumberRequestPage(
        items=[NumberRequest.of(each, language) for each in shown], next=following
    )


@router.get(
    "/number-requests/{order_id}",
    operation_id="getNumberRequest",
    responses=problems.documented("not_found"),
)
async def get_request(
    order_id: UUID, request: Request, admitted: Reader, engine: EngineDep
) -> NumberRequest:
    """Return what an order asks of the owner of a number: which one it takes, and for whom.

    For the owner of the account that has the number, and who represents them. Anyone else gets 404.
    """
    person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    found = await read_number_request(engine, order_id, person_id)
    return NumberRequest.of(found, negotiated(request.headers.get("accept-language")))


@router.post(
    "/number-requests/{order_id}/confirm",
    operation_id="confirmNumberRequest",
    response_model=NumberRequest,
    responses=_CONFIRMED,
)
async def confirm_request(
    order_id: UUID, seen: ConfirmInput, who: Confirmer, once: OnceOnly
) -> Response:
    """Let a number go, by your own fresh login, as the text and digest that you were shown.

    The order begins then, unless it waits for something else. One who represents the owner of the
    account alone is enough. Who represents it only together with others opens an approval, which
    the others confirm: 202, with its `Location`. Repeatable.
    """

    async def carry_out(_: UUID) -> Done:
        mine = SeenOrder(order_id, who.person_id, seen.digest, seen.template_version, seen.language)
        with as_problems():
            approval = await give_number.confirm(who.engine, who.jointly(), mine, actor=who.actor)
        found = await read_number_request(who.engine, order_id, who.person_id)
        body = NumberRequest.of(found, who.language).to_keep()
        if approval is None:
            return Done(200, body)
        return Done(202, body, {"Location": f"/v1/approvals/{approval}"})

    return await once(who.admitted, carry_out, who.person_id)


@router.post(
    "/number-requests/{order_id}/decline",
    operation_id="declineNumberRequest",
    status_code=204,
    response_class=Response,
    responses=problems.documented("not_found", "order_not_cancellable"),
)
async def decline_request(order_id: UUID, who: Orderer) -> None:
    """Decline to let a number go, also after it was confirmed, until the order begins.

    The order is cancelled, and the request with it: 404 from then on. One who represents the owner
    only together with others declines alone.
    """
    await give_number.decline(who.engine, order_id, who.person_id, actor=who.actor)
