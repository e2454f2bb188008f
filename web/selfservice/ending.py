"""End access that was given: first what goes with it, then the act."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/access/{{delegation_id}}")


@router.get("/end")
async def ask(visit: OfAccount, delegation_id: UUID) -> Response:
    """Show what ends, and for whom, before anything does."""
    return await _asked(visit, delegation_id)


async def _asked(
    visit: AccountVisit, delegation_id: UUID, *, status: int = 200, error: str = ""
) -> Response:
    path = f"/v1/delegations/{delegation_id}"
    delegation, cascade, form = await asyncio.gather(
        visit.api.get(path), visit.api.get(f"{path}/cascade"), visit.form()
    )
    others = len(cascade["person_ids"]) - 1
    about: Json = {"delegation": delegation, "cascade": cascade, "others": others, "error": error}
    if visit.is_part:
        return visit.part("selfservice/end_access.html", "main", form=form, **about)
    return visit.page("selfservice/end_access.html", status=status, form=form, **about)


@router.post("/end")
async def end(visit: OfAccount, delegation_id: UUID) -> Response:
    """End it at once, with what was passed on from it."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/delegations/{delegation_id}/revoke", key=form.id)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return await _asked(visit, delegation_id, status=422, error=problem.text)
    again = visit.of_account(f"/people/give?again={delegation_id}")
    return visit.go(visit.of_account("/people"), Done("page.done.access_ended", again))
