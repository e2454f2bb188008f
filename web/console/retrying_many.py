"""Retry many: how many a filter matches and which, then the start, then the result of each."""

import asyncio
from dataclasses import asdict
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.filters import Filters
from web.console.questions import MENDED, Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done
from web.queries import Cursor

router = APIRouter(prefix="/console/stuck/retries")
_API = "/v1/ops/bulk-retries"
_SHOWN = 50


@router.get("/new")
async def ask(visit: StaffVisit, which: Annotated[Filters, Depends()]) -> Response:
    """Show what a retry of all that match would do now; nothing begins."""
    (counted,) = await visit.with_staff(_preview(visit, which))
    return _page(visit, which, counted, await visit.form())


@router.post("/new")
async def start(visit: StaffVisit, which: Annotated[Filters, Depends()]) -> Response:
    """Begin, unless more match by now than were shown."""
    form = await visit.sent()
    form.required("reason", visit.text("page.console.reason_missing"))
    (counted,) = await visit.with_staff(_preview(visit, which))
    if counted["would_retry"] > _shown(form):
        form.errors[""] = visit.text("page.console.many.more")
    if form.errors:
        return _page(visit, which, counted, form, status=422)
    wanted = {"filter": which.given(), "reason": form["reason"], "dry_run": False}
    try:
        begun = await visit.api.post(_API, wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        return _page(visit, which, counted, visit.refused(form, problem), status=422)
    return visit.go(f"/console/stuck/retries/{begun['id']}", Done("page.done.retry_began"))


@router.get("/{operation_id}")
async def progress(visit: StaffVisit, operation_id: UUID, after: Cursor = None) -> Response:
    """Show how far it is, and what became of each item.

    It refreshes itself until it has ended and every item that it retried is healed or stuck again.
    """
    operation, retry, items = await visit.with_staff(
        visit.api.get(f"/v1/operations/{operation_id}"),
        visit.api.get(f"{_API}/{operation_id}"),
        visit.api.get(f"{_API}/{operation_id}/items", after=after, limit=_SHOWN),
    )
    became, has_ended = retry["outcomes"], _has_ended(operation)
    about: Json = {"operation": operation, "became": became, "found": items}
    about |= {"has_ended": has_ended, "is_settled": has_ended and not became["under_way"]}
    if visit.is_part:
        return visit.part("console/retry_many_progress.html", "progress", **about)
    visit.around.refresh = None if about["is_settled"] else 5
    return visit.page("console/retry_many_progress.html", **about)


@router.get("/{operation_id}/cancel")
async def ask_to_cancel(visit: StaffVisit, operation_id: UUID) -> Response:
    """Ask whether what it has not reached is to be left as it is."""
    question, form = await asyncio.gather(_cancelling(visit, operation_id), visit.form())
    return asked(visit, question, form)


@router.post("/{operation_id}/cancel")
async def cancel(visit: StaffVisit, operation_id: UUID) -> Response:
    """End it: what it has not reached stays as it is."""
    return await decided(
        visit,
        f"/v1/operations/{operation_id}/cancel",
        lambda: _cancelling(visit, operation_id),
        done=Done("page.done.retry_cancelled"),
        then=f"/console/stuck/retries/{operation_id}",
    )


async def _cancelling(visit: ConsoleVisit, operation_id: UUID) -> Question:
    (operation,) = await visit.with_staff(visit.api.get(f"/v1/operations/{operation_id}"))
    path, far = f"/console/stuck/retries/{operation_id}", operation["progress"]
    return Question(
        title=visit.text("page.console.many.cancel_title"),
        yes=visit.text("page.console.many.cancel"),
        action=f"{path}/cancel",
        back=path,
        says=[visit.text("page.console.many.cancel_does", **far)] if far else (),
        color="danger",
    )


async def _preview(visit: ConsoleVisit, which: Filters) -> Json:
    wanted = {"filter": which.given(), "reason": "preview", "dry_run": True}
    return await visit.api.post(_API, wanted, key=uuid4())


def _page(
    visit: ConsoleVisit, which: Filters, counted: Json, form: Form, *, status: int = 200
) -> Response:
    about: Json = {"counted": counted, "asked": asdict(which), "form": form}
    return visit.page("console/retry_many.html", status=status, **about)


def _shown(form: Form) -> int:
    """Return how many would be retried, as the form showed it."""
    return int(form["shown"]) if form["shown"].isdecimal() else 0


def _has_ended(operation: Json) -> bool:
    return operation["state"] not in {"pending", "running"}
