"""The credit limit: of the account and its services, what is used of it, and how it changed."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import Response

from web.queries import Cursor
from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.billing import or_none

router = APIRouter(prefix=f"{ACCOUNT}/credit-limit")
_SHOWN = 50
_LATEST = 10


@router.get("")
async def credit_limit(visit: OfAccount, after: Cursor = None) -> Response:
    """Show the limits; the order that changes one is linked where the reader may place it."""
    path = f"{visit.api_path}/credit-limit"
    found, history = await asyncio.gather(
        visit.api.get(path, after=after, limit=_SHOWN),
        or_none(visit.api.get(f"{path}/history", limit=_LATEST)),
    )
    return visit.page("selfservice/credit_limit.html", found=found, history=history)


@router.get("/history")
async def history(visit: OfAccount, after: Cursor = None) -> Response:
    """Show every change, the newest first."""
    path = f"{visit.api_path}/credit-limit/history"
    found = await visit.api.get(path, after=after, limit=_SHOWN)
    return visit.page("selfservice/credit_history.html", found=found)
