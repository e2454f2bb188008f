"""What was used in a month: of an account by service, and of one service day by day."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.billing import month_of, months
from web.selfservice.usage_plots import days_used, plots_of

router = APIRouter(prefix=ACCOUNT)
_SHOWN = 50


@router.get("/usage")
async def usage(visit: OfAccount, month: Words = "", after: Cursor = None) -> Response:
    """Show a month of the services that the reader may see: day by day in all, and each."""
    chosen = month_of(month, visit.today)
    asked = {"month": chosen, "after": after, "limit": _SHOWN}
    found = await visit.api.get(f"{visit.api_path}/usage", **asked)
    about: Json = {
        "found": found,
        "month": chosen,
        "months": months(visit.today, found["oldest_month"]),
        "usage_plots": plots_of(visit, found, chosen),
        "days": days_used(found),
    }
    return visit.page("selfservice/usage.html", **about)


@router.get("/services/{service_id}/usage")
async def of_service(visit: OfAccount, service_id: UUID, month: Words = "") -> Response:
    """Show a month of one service, with what of its package is left."""
    chosen = month_of(month, visit.today)
    service, found = await asyncio.gather(
        visit.api.get(f"/v1/services/{service_id}"),
        visit.api.get(f"/v1/services/{service_id}/usage", month=chosen),
    )
    visit.require_own(service)
    about: Json = {
        "service": service,
        "found": found,
        "month": chosen,
        "months": months(visit.today, found["oldest_month"]),
        "usage_plots": plots_of(visit, found, chosen),
        "days": days_used(found),
    }
    return visit.page("selfservice/service_usage.html", **about)
