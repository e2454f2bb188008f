"""The first page: accounts, private and business in one list, and what waits for this person."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import Response

from web.queries import Cursor, Words
from web.selfservice.visit import SelfserviceVisit

router = APIRouter()
_FIRST = 20


@router.get("/")
async def start(visit: SelfserviceVisit, q: Words = "", after: Cursor = None) -> Response:
    """Show the accounts, found by name or code, and what waits."""
    accounts = visit.api.get("/v1/me/accounts", q=q.strip(), after=after, limit=_FIRST)
    if visit.is_part:
        return visit.part("selfservice/start.html", "accounts", accounts=await accounts, q=q)
    found, waiting = await asyncio.gather(accounts, visit.api.get("/v1/me/waiting"))
    return visit.page("selfservice/start.html", accounts=found, waiting=waiting, q=q)
