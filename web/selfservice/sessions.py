"""Where this person is logged in, and how they end it."""

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from web.notices import Done
from web.selfservice.visit import SelfserviceVisit

router = APIRouter(prefix="/sessions")


@router.get("")
@router.get("/end-others")
async def sessions(visit: SelfserviceVisit) -> Response:
    """Show the person's sessions, the last used first."""
    found = await run_in_threadpool(visit.gate.open_sessions, visit.signed_in)
    return visit.page("selfservice/sessions.html", sessions=found, form=await visit.form())


@router.post("/end-others")
async def end_others(visit: SelfserviceVisit) -> Response:
    """End every session but this one. Repeated, there are none left."""
    await run_in_threadpool(visit.gate.end_others, visit.signed_in)
    return visit.go("/sessions", Done("page.done.sessions_ended"))
