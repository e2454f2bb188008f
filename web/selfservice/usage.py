"""What was used in a month: of an account by service, and of one service day by day."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.billing import months, read_month
from web.selfservice.usage_plots import days_used, plots_of

router = APIRouter(prefix=ACCOUNT)
_SHOWN = 50


@router.get("/usage")
async def usage(visit: OfAccount, month: Words = "", after: Cursor = None) -> Response:
    """Show a month of the services that the reader may see: day by day in all, and each."""
    path = f"{visit.api_path}/usage"
    found = await read_month(visit, path, month, after=after, limit=_SHOWN)
    about: Json = {
        "found": found,
        "month": found["month"],
        "months": months(visit.today, found["oldest_month"]),
        "usage_plots": plots_of(visit, found),
        "days": days_used(found),
    }
    return visit.page("selfservice/usage.html", **about)


@router.get("/services/{service_id}/usage")
async def of_service(visit: OfAccount, service_id: UUID, month: Words = "") -> Response:
    """Show a month of one service, with what of its package is left."""
    path = f"/v1/services/{service_id}"
    service, found = await asyncio.gather(
        visit.api.get(path),
        _unless_of_another(read_month(visit, f"{path}/usage", month)),
    )
    visit.require_own(service)
    if found is None:
        if "usage:view" not in (service["permissions"] or ()):
            raise HTTPException(404)
        return visit.page("selfservice/usage_of_another.html", service=service)
    about: Json = {
        "service": service,
        "found": found,
        "month": found["month"],
        "months": months(visit.today, found["oldest_month"]),
        "usage_plots": plots_of(visit, found),
        "days": days_used(found),
    }
    return visit.page("selfservice/service_usage.html", **about)


async def _unless_of_another(asked: Awaitable[Json]) -> Json | None:
    """Return what the API answers; None where it shows nothing: the number is another's by now."""
    try:
        return await asked
    except ApiProblem as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
        return None
