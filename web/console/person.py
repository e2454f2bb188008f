"""One person, as support sees them: the accounts that they have access to, and why."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.console.support import SUPPORT
from web.console.visit import StaffVisit
from web.queries import Cursor

router = APIRouter()
_SHOWN = 50


@router.get(f"{SUPPORT}/people/{{person_id}}")
async def person(visit: StaffVisit, person_id: UUID, after: Cursor = None) -> Response:
    """Show what the person has access to now. That somebody looked is an event, as the API does."""
    path = f"/v1/ops/people/{person_id}/accounts"
    found, frozen = await visit.with_staff(
        visit.api.get(path, after=after, limit=_SHOWN),
        visit.api.get("/v1/ops/freezes", person_id=person_id),
    )
    return visit.page("console/person.html", found=found, frozen=frozen)
