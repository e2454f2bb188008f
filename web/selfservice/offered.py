"""Access that is not in force yet: confirmed, accepted or begun later; and offers taken back."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/people/offered")
_SHOWN = 20


@router.get("")
async def offered(visit: OfAccount, after: Cursor = None) -> Response:
    """Show what is not in force yet, new access and new terms."""
    return await _page(visit, after)


async def _page(
    visit: AccountVisit, after: str | None = None, *, status: int = 200, error: str = ""
) -> Response:
    path = f"{visit.api_path}/delegations"
    found = await visit.api.get(path, waiting="true", after=after, limit=_SHOWN)
    return visit.page("selfservice/offered.html", status=status, found=found, error=error)


@router.get("/{delegation_id}/withdraw")
async def ask(visit: OfAccount, delegation_id: UUID) -> Response:
    """Ask whether the offer is to be withdrawn."""
    delegation, form = await asyncio.gather(
        visit.api.get(f"/v1/delegations/{delegation_id}"), visit.form()
    )
    visit.require_own(delegation)
    if delegation["offer"] is None:
        raise HTTPException(404)
    about: Json = {"delegation": delegation, "form": form}
    if visit.is_part:
        return visit.part("selfservice/withdraw_offer.html", "main", **about)
    return visit.page("selfservice/withdraw_offer.html", **about)


@router.post("/{delegation_id}/withdraw")
async def withdraw(visit: OfAccount, delegation_id: UUID) -> Response:
    """Withdraw it: what was accepted before goes on as it is."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/delegations/{delegation_id}/withdraw", key=form.id)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return await _page(visit, status=422, error=problem.text)
    return visit.go(visit.of_account("/people/offered"), Done("page.done.offer_withdrawn"))
