"""Begin a Mobiil-ID on a SIM: find the account on which this person may have the contract."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.service_suspending import own_service

router = APIRouter(prefix=f"{ACCOUNT}/services/{{service_id}}/mobiil-id")
_START = "mobiil_id:start"
_MOST = 100
_REFUSED = {403, 404}


@router.get("")
async def begin(visit: OfAccount, service_id: UUID) -> Response:
    """Lead to the form of the contract, its SIM chosen: here, or on the person's own account."""
    service = await own_service(visit, service_id)
    account = visit.account["id"] if visit.may(_START) else await _own_account(visit)
    product = await _product(visit, account, service["kind"]) if account else None
    if product is None:
        return visit.page("selfservice/no_mobiil_id.html", service=service)
    return visit.go(f"/c/{account}/contracts/new/{product['id']}?host={service_id}")


async def _own_account(visit: AccountVisit) -> str | None:
    """Return a private account on which this person may start one; None: there is none."""
    found = await visit.api.get("/v1/me/accounts", limit=_MOST)
    for each in found["items"]:
        if each["kind"] == "private" and _START in each["permissions"]:
            return str(each["account_id"])
    return None


async def _product(visit: AccountVisit, account: str, kind: str) -> Json | None:
    """Return what rests on a service of this kind, if it may be started there."""
    try:
        found = await visit.api.get(f"/v1/accounts/{account}/contract-products")
    except ApiProblem as problem:
        if problem.status not in _REFUSED:
            raise
        return None
    fitting = (each for each in found["items"] if each["host"] == kind and each["may_start"])
    return next(fitting, None)
