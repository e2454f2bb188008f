"""The person's own contracts, such as a Mobiil-ID: also on accounts that they cannot see."""

from fastapi import APIRouter
from fastapi.responses import Response

from web.queries import Cursor
from web.selfservice.visit import SelfserviceVisit

router = APIRouter()
_SHOWN = 25


@router.get("/contracts")
async def own_contracts(visit: SelfserviceVisit, after: Cursor = None) -> Response:
    """List them, the newest first; each is on the page of a contract."""
    found = await visit.api.get("/v1/me/contracts", after=after, limit=_SHOWN)
    return visit.page("selfservice/own_contracts.html", found=found)
