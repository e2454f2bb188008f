"""Access, and new terms of it, that are offered to this person: accepted or declined."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.queries import Cursor
from web.selfservice.visit import SelfserviceVisit
from web.visit import Visit

router = APIRouter(prefix="/offers")
_SHOWN = 20
_ENDED = frozenset({404, 409})
"""The offer is not there any more, or not as it was shown."""


@router.get("")
@router.get("/{delegation_id}/accept")
async def offers(visit: SelfserviceVisit, after: Cursor = None) -> Response:
    """Show what is offered."""
    return await _page(visit, after)


async def _page(
    visit: Visit, after: str | None = None, *, status: int = 200, error: str = ""
) -> Response:
    asked = {"side": "offered", "after": after, "limit": _SHOWN}
    found = await visit.api.get("/v1/me/delegations", **asked)
    form = await visit.form()
    return visit.page("selfservice/offers.html", status=status, found=found, form=form, error=error)


@router.post("/{delegation_id}/accept")
async def accept(visit: SelfserviceVisit, delegation_id: UUID) -> Response:
    """Accept the version that was shown, and no other."""
    form = await visit.sent()
    version = form["version"]
    body: Json = {"version": int(version) if version.isdecimal() else 0}
    try:
        await visit.api.post(f"/v1/delegations/{delegation_id}/accept", body, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _ENDED | {422}:
            raise
        return await _page(visit, status=422, error=problem.text)
    return visit.go("/offers", Done("page.done.offer_accepted"))


@router.get("/{delegation_id}/decline")
async def ask_to_decline(visit: SelfserviceVisit, delegation_id: UUID) -> Response:
    """Ask whether the offer is to be declined."""
    delegation = await visit.api.get(f"/v1/delegations/{delegation_id}")
    about: Json = {"delegation": delegation, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/decline_offer.html", "main", **about)
    return visit.page("selfservice/decline_offer.html", **about)


@router.post("/{delegation_id}/decline")
async def decline(visit: SelfserviceVisit, delegation_id: UUID) -> Response:
    """Decline: what was accepted before goes on as it is."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/delegations/{delegation_id}/decline", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _ENDED:
            raise
        return await _page(visit, status=422, error=problem.text)
    return visit.go("/offers", Done("page.done.offer_declined"))
