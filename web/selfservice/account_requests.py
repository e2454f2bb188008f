"""Requests for access to one account: approved as they were asked for, or declined."""

from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/requests")
_SHOWN, _MOST = 20, 100
_TO_MEND = frozenset({400, 409, 422})


@router.get("")
async def requests(visit: OfAccount, after: Cursor = None) -> Response:
    """Show what waits for an answer."""
    return await _page(visit, after)


async def _page(
    visit: AccountVisit, after: str | None = None, *, status: int = 200, error: str = ""
) -> Response:
    path = f"{visit.api_path}/access-requests"
    found = await visit.api.get(path, after=after, limit=_SHOWN)
    return visit.page("selfservice/account_requests.html", status=status, found=found, error=error)


@router.get("/{request_id}/approve")
async def ask_to_approve(visit: OfAccount, request_id: UUID) -> Response:
    """Show who would get what, before they do."""
    return await _asked(visit, request_id, "approve")


@router.get("/{request_id}/decline")
async def ask_to_decline(visit: OfAccount, request_id: UUID) -> Response:
    """Ask whether the request is to be declined."""
    return await _asked(visit, request_id, "decline")


async def _asked(visit: AccountVisit, request_id: UUID, act: str) -> Response:
    found = await visit.api.get(f"{visit.api_path}/access-requests", limit=_MOST)
    asked = next((each for each in found["items"] if each["id"] == str(request_id)), None)
    if asked is None:
        raise HTTPException(404)
    about: Json = {"asked": asked, "act": act, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/answer_request.html", "main", **about)
    return visit.page("selfservice/answer_request.html", **about)


@router.post("/{request_id}/approve")
async def approve(visit: OfAccount, request_id: UUID) -> Response:
    """Give what was asked for, on this account; others may have to confirm it first."""
    form = await visit.sent()
    body = {"account_id": visit.account["id"]}
    path = f"/v1/access-requests/{request_id}/approve"
    try:
        answer = await visit.api.post(path, body, key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, problem)
    is_proposed = answer["state"] == "awaiting_confirmations"
    done = "page.done.access_proposed" if is_proposed else "page.done.request_approved"
    return visit.go(visit.of_account("/requests"), Done(done))


async def _refused(visit: AccountVisit, problem: ApiProblem) -> Response:
    if problem.status not in _TO_MEND:
        raise problem
    return await _page(visit, status=422, error=problem.text)


@router.post("/{request_id}/decline")
async def decline(visit: OfAccount, request_id: UUID) -> Response:
    """Decline for everyone who could approve it here."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/access-requests/{request_id}/decline", key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, problem)
    return visit.go(visit.of_account("/requests"), Done("page.done.request_declined"))
