"""The services of an account: which there are, and what each has, may and is asked to do."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.queries import Cursor
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/services")
_SHOWN = 50
_ORDERS = 50
_REFUSED = {403, 404}


@router.get("")
async def services(visit: OfAccount, after: Cursor = None) -> Response:
    """List the services that this person sees."""
    found = await visit.api.get(f"{visit.api_path}/services", after=after, limit=_SHOWN)
    return visit.page("selfservice/services.html", found=found)


@router.get("/{service_id}")
async def one(visit: OfAccount, service_id: UUID) -> Response:
    """Show one service, what can be ordered for it, and what is under way."""
    service, products, orders = await asyncio.gather(
        visit.api.get(f"/v1/services/{service_id}"),
        _or_nothing(visit, f"{visit.api_path}/catalogue", service=str(service_id)),
        _or_nothing(visit, f"{visit.api_path}/orders", state="open", limit=_ORDERS),
    )
    visit.require_own(service)
    under_way = [
        order
        for order in orders
        if any(item["service_id"] == service["id"] for item in order["items"])
    ]
    return visit.page(
        "selfservice/service.html", service=service, products=products, orders=under_way
    )


async def _or_nothing(visit: AccountVisit, path: str, **query: object) -> list[Json]:
    """Return the items of a list; none where this person may not see it."""
    try:
        found = await visit.api.get(path, **query)
    except ApiProblem as problem:
        if problem.status not in _REFUSED:
            raise
        return []
    return list(found["items"])
