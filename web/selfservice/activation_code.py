"""The activation code of an eSIM: shown on request, by a fresh login, and stored nowhere."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.service_suspending import own_service

router = APIRouter(prefix=f"{ACCOUNT}/services/{{service_id}}/activation-code")
_NOT_FOUND = 404
_PARTS = 3


@router.get("")
async def ask(visit: OfAccount, service_id: UUID) -> Response:
    """Say what the code is for, and what to take care of; it is not read yet."""
    return await _page(visit, service_id)


@router.post("")
async def show(visit: OfAccount, service_id: UUID) -> Response:
    """Show the code. Each reading stands in the account's history."""
    try:
        found = await visit.api.get(f"/v1/services/{service_id}/activation-code")
    except ApiProblem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return await _page(visit, service_id, is_none=True)
    return await _page(visit, service_id, code=str(found["activation_code"]))


async def _page(
    visit: AccountVisit, service_id: UUID, *, code: str = "", is_none: bool = False
) -> Response:
    # GSMA SGP.22, 4.1: LPA:1$ADDRESS$MATCHING-ID. A telephone asks for the two apart, or for all.
    parts = code.removeprefix("LPA:").split("$")
    about: Json = {
        "service": await own_service(visit, service_id),
        "code": code,
        "address": parts[1] if len(parts) >= _PARTS else "",
        "matching": parts[2] if len(parts) >= _PARTS else "",
        "is_none": is_none,
        "form": await visit.form(),
    }
    return visit.page("selfservice/activation_code.html", **about)
