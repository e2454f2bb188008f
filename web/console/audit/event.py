"""One event: who did what, when and why, before and after, and its place in the hash chain."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from web.console.audit.filters import SEARCH, path
from web.console.audit.words import changes, facts
from web.console.visit import StaffVisit

router = APIRouter()


@router.get(f"{SEARCH}/events/{{event_id}}")
async def event(visit: StaffVisit, event_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Response:
    """Show the event, with links to whatever it is about."""
    (found,) = await visit.with_staff(visit.api.get(f"/v1/events/{event_id}"))
    return visit.page(
        "console/audit/event.html",
        event=found,
        changes=changes(visit, found),
        facts=facts(visit, found),
        path=path,
    )
