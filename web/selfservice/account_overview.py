"""The first page of one account: who this person is here, why, what they may do, what waits."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.billing import or_none

router = APIRouter(prefix=ACCOUNT)
_MOST = 100
_NOT_FOUND = 404


@router.get("")
async def overview(visit: OfAccount) -> Response:
    """Show the account."""
    mine, requests, numbers, balance = await asyncio.gather(
        visit.api.get("/v1/me/accounts", q=visit.account["reference"], limit=_MOST),
        _requests(visit),
        _numbers(visit),
        _balance(visit),
    )
    access = [each for each in mine["items"] if each["account_id"] == visit.account["id"]]
    return visit.page(
        "selfservice/overview.html",
        grants=access[0]["grants"] if access else [],
        permissions=sorted(visit.account["permissions"] or ()),
        requests=requests,
        numbers=numbers,
        balance=balance,
    )


async def _balance(visit: AccountVisit) -> Json | None:
    if not visit.may("balance:view"):
        return None
    return await or_none(visit.api.get(f"{visit.api_path}/balance"))


async def _requests(visit: AccountVisit) -> list[Json]:
    """Return the requests for access that this person may answer, up to a page of them."""
    if not visit.may_give:
        return []
    found = await visit.api.get(f"{visit.api_path}/access-requests", limit=_MOST)
    return list(found["items"])


async def _numbers(visit: AccountVisit) -> list[Json]:
    """Return the numbers that others ask for and that wait: of the owner, and who represents it."""
    try:
        found = await visit.api.get(f"{visit.api_path}/number-requests", limit=_MOST)
    except ApiProblem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return []
    return [each for each in found["items"] if each["confirmed_at"] is None]
