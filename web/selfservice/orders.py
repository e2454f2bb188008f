"""Orders of an account: how far each is, what it waits for, and what this person can do."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/orders")
_SHOWN = 25
_SECONDS = 3
_TO_MEND = {409, 422}
STATES = ("open", "all")


@router.get("")
async def orders(visit: OfAccount, state: Words = "open", after: Cursor = None) -> Response:
    """List the orders, the newest first."""
    state = state if state in STATES else "open"
    asked = {"state": None if state == "all" else state, "after": after, "limit": _SHOWN}
    found = await visit.api.get(f"{visit.api_path}/orders", **asked)
    return visit.page("selfservice/orders.html", found=found, state=state)


@router.get("/{order_id}")
@router.get("/{order_id}/confirm")
async def one(visit: OfAccount, order_id: UUID) -> Response:
    """Show one order. While it is carried out the page asks again."""
    return await _page(visit, order_id)


async def _page(
    visit: AccountVisit, order_id: UUID, *, status: int = 200, error: str = ""
) -> Response:
    order = await visit.api.get(f"/v1/orders/{order_id}")
    visit.require_own(order)
    moves = order["ended_at"] is None and order["waits_for"] in {None, "register", "start"}
    about: Json = {"order": order, "moves": moves, "error": error}
    if visit.is_part:
        return visit.part("selfservice/order.html", "progress", form=await visit.form(), **about)
    visit.around.refresh = _SECONDS if moves else None
    return visit.page("selfservice/order.html", status=status, form=await visit.form(), **about)


@router.post("/{order_id}/confirm")
async def confirm(visit: OfAccount, order_id: UUID) -> Response:
    """Confirm what was shown, by the own fresh login."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/orders/{order_id}/confirm", form.seen(), key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, order_id, status=422, error=problem.text)
    return visit.go(visit.of_account(f"/orders/{order_id}"), Done("page.done.order_confirmed"))


@router.get("/{order_id}/cancel")
async def ask_to_cancel(visit: OfAccount, order_id: UUID) -> Response:
    """Ask whether the order is to be cancelled, and say what becomes of what was done."""
    order = await visit.api.get(f"/v1/orders/{order_id}")
    visit.require_own(order)
    about: Json = {"order": order, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/cancel_order.html", "main", **about)
    return visit.page("selfservice/cancel_order.html", **about)


@router.post("/{order_id}/cancel")
async def cancel(visit: OfAccount, order_id: UUID) -> Response:
    """Cancel it: what was done is undone, where that is still possible."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/orders/{order_id}/cancel", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, order_id, status=422, error=problem.text)
    return visit.go(visit.of_account(f"/orders/{order_id}"), Done("page.done.order_cancelled"))
