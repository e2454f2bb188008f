"""/v1/me/confirmations: what waits for the calling person to confirm, and what they proposed."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.accounts.me import NOT_KNOWN, Acting
from api.approvals.requester import shown
from api.approvals.schemas import ApprovalPage
from api.http import pagination
from api.http.dependencies import EngineDep, acting_person
from api.http.languages import negotiated
from api.http.routes import GuardedRoute
from api.parts import parts_of
from services.approvals.reads import list_approvals

router = APIRouter(prefix="/v1/me/confirmations", tags=["approvals"], route_class=GuardedRoute)

Place = tuple[datetime, UUID]


class ConfirmationState(StrEnum):
    """Which approvals to list."""

    OPEN = "open"
    ALL = "all"


@router.get("", operation_id="listMyConfirmations", responses=pagination.RESPONSES | NOT_KNOWN)
async def list_my_confirmations(
    request: Request,
    admitted: Acting,
    engine: EngineDep,
    page: pagination.Asked,
    state: ConfirmationState = ConfirmationState.OPEN,
) -> ApprovalPage:
    """List approvals that the calling person is asked to confirm, or proposed; newest first."""
    place = page.place(f"my-confirmations-{state}", Place)
    person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    only_open = state is ConfirmationState.OPEN
    found = await list_approvals(
        engine,
        person_id,
        only_open=only_open,
        before=place,
        limit=page.limit + 1,
        zone=parts_of(request).approvals.zone,
    )
    items, following = page.cut(
        f"my-confirmations-{state}",
        found,
        lambda each: (each.view.stored.created_at, each.view.stored.id),
    )
    language = negotiated(request.headers.get("accept-language"))
    return ApprovalPage.of([shown(each, language) for each in items], following)
