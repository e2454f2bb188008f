"""Records that could not be used: why, what becomes of each, and trying one again now."""

from dataclasses import asdict, dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.questions import MENDED
from web.console.sync_runs import SYNC
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done
from web.queries import Cursor, Words

router = APIRouter(prefix="/console/rejected")
_API = "/v1/sync/rejected-records"
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters in the address."""

    found_in: Words = ""
    code: Words = ""


@router.get("")
async def listed(
    visit: StaffVisit, which: Annotated[Filters, Depends()], after: Cursor = None
) -> Response:
    """List them, the newest first. The choices are those that something was rejected with."""
    chosen = asdict(which)
    found, groups = await visit.with_staff(
        visit.api.get(_API, **chosen, after=after, limit=_SHOWN),
        visit.api.get(f"{_API}/groups"),
    )
    offered = {
        name: sorted({each[name] for each in groups["items"]} | {value} - {""})
        for name, value in chosen.items()
    }
    about: Json = {"found": found, "groups": groups["items"], "asked": chosen, "offered": offered}
    return visit.page("console/rejected.html", **about)


@router.get("/{record_id}")
async def one(visit: StaffVisit, record_id: UUID) -> Response:
    """Show one record: why it could not be used, and who or what mends that."""
    return await _page(visit, record_id, await visit.form())


@router.post("/{record_id}")
async def retry(visit: StaffVisit, record_id: UUID) -> Response:
    """Start the run that tries it again, and lead to it."""
    form = await visit.sent()
    try:
        run = await visit.api.post(f"{_API}/{record_id}/retry", key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        return await _page(visit, record_id, visit.refused(form, problem), status=422)
    return visit.go(f"{SYNC}/{run['id']}", Done("page.done.run_started"))


async def _page(visit: ConsoleVisit, record_id: UUID, form: Form, *, status: int = 200) -> Response:
    (record,) = await visit.with_staff(visit.api.get(f"{_API}/{record_id}"))
    return visit.page("console/rejected_record.html", status=status, record=record, form=form)
