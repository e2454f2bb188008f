"""What others ask of the owner of an account: numbers of its services, to let go or to keep."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/number-requests")
_SHOWN = 25
_TO_MEND = {403, 409, 422}


@router.get("")
async def number_requests(visit: OfAccount, after: Cursor = None) -> Response:
    """List those that wait, and those that were let go, the newest first."""
    found = await visit.api.get(f"{visit.api_path}/number-requests", after=after, limit=_SHOWN)
    return visit.page("selfservice/number_requests.html", found=found)


@router.get("/{order_id}")
@router.get("/{order_id}/confirm")
async def one(visit: OfAccount, order_id: UUID) -> Response:
    """Show one: which number, who gets it, and what letting it go means."""
    return await _page(visit, order_id)


async def _page(
    visit: AccountVisit, order_id: UUID, *, status: int = 200, error: str = ""
) -> Response:
    about: Json = {"asked": await _own(visit, order_id), "error": error}
    form = await visit.form()
    return visit.page("selfservice/number_request.html", status=status, form=form, **about)


async def _own(visit: AccountVisit, order_id: UUID) -> Json:
    asked = await visit.api.get(f"/v1/number-requests/{order_id}")
    visit.require_own(asked)
    return asked


@router.post("/{order_id}/confirm")
async def confirm(visit: OfAccount, order_id: UUID) -> Response:
    """Let the number go by the own fresh login, alone or together with others."""
    form = await visit.sent()
    path = f"/v1/number-requests/{order_id}/confirm"
    try:
        await visit.api.post(path, form.seen(), key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, order_id, status=422, error=problem.text)
    here = visit.of_account(f"/number-requests/{order_id}")
    return visit.go(here, Done("page.done.number_let_go"))


@router.get("/{order_id}/decline")
async def ask_to_decline(visit: OfAccount, order_id: UUID) -> Response:
    """Ask whether the number is to stay."""
    about: Json = {"asked": await _own(visit, order_id), "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/decline_number.html", "main", **about)
    return visit.page("selfservice/decline_number.html", **about)


@router.post("/{order_id}/decline")
async def decline(visit: OfAccount, order_id: UUID) -> Response:
    """Keep the number: the order of the other is cancelled."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/number-requests/{order_id}/decline", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, order_id, status=422, error=problem.text)
    return visit.go(visit.of_account("/number-requests"), Done("page.done.number_kept"))
