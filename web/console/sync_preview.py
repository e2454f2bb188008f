"""Who would lose, keep waiting or gain what by a held run: listed page by page, and searched.

A name is typed into a form that is sent by POST: it is in no address.
"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from web.api_client import Json
from web.console.sync_runs import RUNS, SYNC
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form

router = APIRouter(prefix=f"{SYNC}/{{run_id}}/preview")
EFFECTS = ("ending", "suspending", "starting")
Effect = Annotated[Literal["ending", "suspending", "starting"], Query()]
_SHOWN = 50


@router.get("")
async def preview(visit: StaffVisit, run_id: UUID, effect: Effect = "ending") -> Response:
    """Show the first of those whom it would concern."""
    return await _page(visit, run_id, effect, await visit.form())


@router.post("")
async def search(visit: StaffVisit, run_id: UUID, effect: Effect = "ending") -> Response:
    """Show those whose name, account or company has this in it, or more of them."""
    return await _page(visit, run_id, effect, await visit.sent())


async def _page(visit: ConsoleVisit, run_id: UUID, effect: str, form: Form) -> Response:
    asked: Json = {"effect": effect}
    if form["words"]:
        asked["words"] = form["words"]
    path = f"{RUNS}/{run_id}"
    run, found = await visit.with_staff(
        visit.api.get(path),
        visit.api.search(f"{path}/preview/search", asked, after=form["after"], limit=_SHOWN),
    )
    about: Json = {"run": run, "found": found, "effect": effect, "form": form}
    return visit.page("console/sync_preview.html", effects=EFFECTS, **about)
