"""Checks for drift: the last ones, how far one is, and starting one."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.drift import DRIFT
from web.console.questions import MENDED, Question, asked
from web.console.visit import ConsoleVisit, StaffVisit
from web.notices import Done

CHECKS = f"{DRIFT}/checks"
router = APIRouter(prefix=CHECKS)
_API = "/v1/ops/drift/checks"
COUNTS = (
    "services",
    "compared",
    "left_out",
    "unread",
    "unknown_here",
    "rejected",
    "networks_given_up",
    "differing",
    "new",
    "ended",
    "to_repair",
    "held",
)
"""Of a check's result, in the order in which they are shown."""


@router.get("")
async def listed(visit: StaffVisit) -> Response:
    """List the last checks, newest first."""
    (found,) = await visit.with_staff(visit.api.get(_API))
    return visit.page("console/drift_checks.html", checks=found["items"])


@router.get("/new")
async def ask(visit: StaffVisit) -> Response:
    """Ask whether every network is to be compared now."""
    await visit.needs("startDriftCheck")
    question, form = await asyncio.gather(_question(visit), visit.form())
    return asked(visit, question, form)


@router.post("/new")
async def start(visit: StaffVisit) -> Response:
    """Start a check; while one is open, lead to that one."""
    form = await visit.sent()
    try:
        begun = await visit.api.post(_API, key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        return asked(visit, await _question(visit), visit.refused(form, problem), status=422)
    return visit.go(f"{CHECKS}/{begun['id']}", Done("page.done.drift_check"))


@router.get("/{check_id}")
async def one(visit: StaffVisit, check_id: UUID) -> Response:
    """Show how far a check is and what it found. It refreshes itself until it has ended."""
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{check_id}"))
    about: Json = {"check": found, "counts": COUNTS, "has_ended": bool(found["ended_at"])}
    if visit.is_part:
        return visit.part("console/drift_check.html", "progress", **about)
    visit.around.refresh = None if about["has_ended"] else 5
    return visit.page("console/drift_check.html", **about)


async def _question(visit: ConsoleVisit) -> Question:
    await visit.with_staff()
    return Question(
        title=visit.text("page.console.drift.ask_check"),
        yes=visit.text("page.console.drift.check"),
        action=f"{CHECKS}/new",
        back=CHECKS,
        says=[visit.text("page.console.drift.does_check")],
        with_reason=False,
    )
