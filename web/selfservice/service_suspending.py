"""After a loss or a theft: shut a service off at once, from its own page."""

from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.contract_suspending import LOSSES

router = APIRouter(prefix=f"{ACCOUNT}/services/{{service_id}}/suspend")
_TO_MEND = {403, 409, 422}


@router.get("")
async def ask(visit: OfAccount, service_id: UUID) -> Response:
    """Ask what happened; say what is shut off."""
    return await _ask(visit, await own_service(visit, service_id))


@router.post("")
async def suspend(visit: OfAccount, service_id: UUID) -> Response:
    """Shut off every service of its contract. Who only uses the telephone may do so as well."""
    form = await visit.sent()
    service = await own_service(visit, service_id)
    if service["contract"] is None:
        raise HTTPException(404)
    reason = form["reason"] if form["reason"] in LOSSES else LOSSES[0]
    path = f"/v1/contracts/{service['contract']['id']}/suspend"
    try:
        await visit.api.post(path, {"reason": reason}, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _ask(visit, service, status=422, error=problem.text)
    return visit.go(visit.of_account(f"/services/{service_id}"), Done("page.done.suspend"))


async def own_service(visit: AccountVisit, service_id: UUID) -> Json:
    """Return a service of the account that the path names; any other is none (404)."""
    service = await visit.api.get(f"/v1/services/{service_id}")
    visit.require_own(service)
    return service


async def _ask(
    visit: AccountVisit, service: Json, *, status: int = 200, error: str = ""
) -> Response:
    about: Json = {
        "service": service,
        "losses": LOSSES,
        "error": error,
        "form": await visit.form(),
    }
    if visit.is_part:
        return visit.part("selfservice/suspend_service.html", "main", **about)
    return visit.page("selfservice/suspend_service.html", status=status, **about)
