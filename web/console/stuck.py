"""What is stuck: a list with its filters in the address, and the story of one item."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from web.api_client import Json
from web.console.deciding import REPAIRS
from web.console.filters import Filters
from web.console.visit import StaffVisit
from web.queries import Cursor

router = APIRouter()
_SHOWN = 50
AGES = ("PT30M", "PT4H", "P1D", "P1W")
"""Offered as "stuck for at least", as the API takes them."""


@router.get("/console/stuck")
async def listed(
    visit: StaffVisit, which: Annotated[Filters, Depends()], after: Cursor = None
) -> Response:
    """List what is stuck, the longest first. The choices are those that something is stuck with."""
    asked = asdict(which)
    found, groups = await visit.with_staff(
        visit.api.get("/v1/ops/stuck", **asked, after=after, limit=_SHOWN),
        visit.api.get("/v1/ops/stuck/groups"),
    )
    offered = {
        name: sorted({each[name] for each in groups["items"] if each[name]} | {asked[name]} - {""})
        for name in ("reason", "kind", "target")
    }
    about: Json = {"found": found, "asked": asked, "offered": offered, "ages": AGES}
    return visit.page("console/stuck.html", **about)


@router.get("/console/stuck/{stuck_id}")
async def story(visit: StaffVisit, stuck_id: UUID) -> Response:
    """Show one item: its process, attempts, decisions, and what each decision would do.

    It refreshes itself while it is open, so that operators see each other's decisions.
    """
    (item,) = await visit.with_staff(visit.api.get(f"/v1/ops/stuck/{stuck_id}"))
    about: Json = {"item": item, "repairs": REPAIRS}
    if visit.is_part:
        return visit.part("console/stuck_item.html", "story", **about)
    return visit.page("console/stuck_item.html", **about)
