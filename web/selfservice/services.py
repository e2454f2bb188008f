"""The services of an account: found among hundreds, and what each has, may and is asked to do."""

import asyncio
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=f"{ACCOUNT}/services")
_SHOWN = 50
_ORDERS = 50
_LONGEST = 100
_REFUSED = {403, 404}
KINDS = ("mobile", "fixed_line", "internet", "router", "mobiil_id")
STATES = ("active", "pending", "ended")


@router.get("")
async def services(
    visit: OfAccount,
    kind: Words = "",
    state: Words = "",
    package: Words = "",
    after: Cursor = None,
) -> Response:
    """List the services that this person sees, those of a kind, state or package."""
    return await _list(visit, _asked(kind, state, package), await visit.form(), after)


@router.post("")
async def search(
    visit: OfAccount, kind: Words = "", state: Words = "", package: Words = ""
) -> Response:
    """Find services by name or number: what was typed may be a number, and is in no address."""
    form = await visit.sent()
    return await _list(visit, _asked(kind, state, package), form, form["after"] or None)


def _asked(kind: str, state: str, package: str) -> dict[str, str]:
    """Return the filters that the pages know; others are none."""
    return {
        "kind": kind if kind in KINDS else "",
        "state": state if state in STATES else "",
        "package": package,
    }


async def _list(
    visit: AccountVisit, asked: dict[str, str], form: Form, after: str | None
) -> Response:
    words = form["words"][:_LONGEST]
    wanted = {"words": words, "status": asked["state"]} | asked
    del wanted["state"]
    found = await visit.api.search(
        f"{visit.api_path}/services/search",
        {name: value for name, value in wanted.items() if value},
        after=after,
        limit=_SHOWN,
    )
    about: Json = {"found": found, "words": words, "asked": asked, "form": form}
    about["query"] = urlencode({name: value for name, value in asked.items() if value})
    about["offered"] = {"kind": KINDS, "state": STATES, "package": found["packages"]}
    if visit.is_part:
        return visit.part("selfservice/services.html", "services", **about)
    return visit.page("selfservice/services.html", **about)


@router.get("/{service_id}")
async def one(visit: OfAccount, service_id: UUID) -> Response:
    """Show one service, what can be ordered for it, and what is under way."""
    of_service: Json = {"service_id": str(service_id), "state": "open", "limit": _ORDERS}
    service, products, orders = await asyncio.gather(
        visit.api.get(f"/v1/services/{service_id}"),
        _or_nothing(visit, f"{visit.api_path}/catalogue", service=str(service_id)),
        _or_nothing(visit, f"{visit.api_path}/orders", **of_service),
    )
    visit.require_own(service)
    has = {each["name"]: each["should_be"] for each in service["characteristics"]}
    about: Json = {"service": service, "products": products, "orders": orders, "has": has}
    return visit.page("selfservice/service.html", **about)


async def _or_nothing(visit: AccountVisit, path: str, **query: object) -> list[Json]:
    """Return the items of a list; none where this person may not see it."""
    try:
        found = await visit.api.get(path, **query)
    except ApiProblem as problem:
        if problem.status not in _REFUSED:
            raise
        return []
    return list(found["items"])
