"""What this person was told: read, and marked as read."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.notices import Done
from web.queries import Cursor, Words
from web.selfservice.visit import SelfserviceVisit

router = APIRouter(prefix="/notices")
_SHOWN = 20


@router.get("")
@router.get("/read")
@router.get("/{notice_id}/read")
async def notices(visit: SelfserviceVisit, unread: Words = "", after: Cursor = None) -> Response:
    """Show the notices, the newest first."""
    only = "true" if unread else None
    found = await visit.api.get("/v1/me/notices", unread=only, after=after, limit=_SHOWN)
    return visit.page("selfservice/notices.html", found=found, unread=bool(only))


@router.post("/read")
async def read_all(visit: SelfserviceVisit) -> Response:
    """Mark what was shown, and all that is older, as read."""
    form = await visit.sent()
    await visit.api.post("/v1/me/notices/read", {"through": form["through"]}, key=form.id)
    return visit.go("/notices", Done("page.done.notices_read"))


@router.post("/{notice_id}/read")
async def read(visit: SelfserviceVisit, notice_id: UUID) -> Response:
    """Mark one as read."""
    form = await visit.sent()
    await visit.api.post(f"/v1/me/notices/{notice_id}/read", key=form.id)
    return visit.go("/notices", Done("page.done.notice_read"))
