"""Held runs that logins opened: released all together, after a look at what they would do."""

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.console.questions import Question, asked, decided
from web.console.sync_runs import LOGINS, SYNC
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done

router = APIRouter(prefix=f"{SYNC}/logins")
_FACTS = {"runs": "logins_runs", "ending": "logins_ending", "starting": "logins_starting"}
"""Numbers of the API, and the texts beside them."""


@router.get("/release")
async def ask_for_logins(visit: StaffVisit) -> Response:
    """Ask whether everything is to happen that logins would do."""
    return asked(visit, await _logins(visit), await visit.form())


@router.post("/release")
async def release_logins(visit: StaffVisit) -> Response:
    """Release them, unless more would end by now than was shown."""
    return await decided(
        visit,
        f"{LOGINS}/release",
        lambda: _logins(visit),
        body=_most,
        done=Done("page.done.logins_released"),
        then=SYNC,
    )


def _most(form: Form) -> Json:
    most = form["max_endings"]
    return {"max_endings": int(most) if most.isdecimal() else 0}


async def _logins(visit: ConsoleVisit) -> Question:
    (found,) = await visit.with_staff(visit.api.get(LOGINS))
    number = visit.formats.number
    facts = [
        (visit.text(f"page.console.sync.{each}"), number(found[name]))
        for name, each in _FACTS.items()
    ]
    return Question(
        title=visit.text("page.console.sync.logins_title"),
        yes=visit.text("page.console.sync.release") if found["runs"] else None,
        action=f"{SYNC}/logins/release",
        back=SYNC,
        says=[visit.text("page.console.sync.logins_does")],
        facts=facts,
        color="danger",
        hidden={"max_endings": str(found["ending"])},
    )
