"""What a month cost, compared with the month before: on a page, and as a file."""

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.billing import month_of, months, read_month

router = APIRouter(prefix=ACCOUNT)
_SHOWN = 100
_KEPT = ("content-disposition", "content-language", "content-type")


@router.get("/costs")
async def costs(visit: OfAccount, month: Words = "", after: Cursor = None) -> Response:
    """Show what each service cost, by kind."""
    path = f"{visit.api_path}/costs"
    found = await read_month(visit, path, month, after=after, limit=_SHOWN)
    about: Json = {
        "found": found,
        "month": found["month"],
        "months": months(visit.today, found["oldest_month"]),
    }
    return visit.page("selfservice/costs.html", **about)


@router.get("/costs.csv")
async def costs_as_csv(visit: OfAccount, month: Words = "") -> Response:
    """Download them all, as the API writes them."""
    chosen = month_of(month, visit.today)
    found = await visit.api.file(f"{visit.api_path}/costs.csv", month=chosen)
    headers = {name: found.headers[name] for name in _KEPT if name in found.headers}
    return Response(found.content, headers=headers)
