"""Decide about something that is stuck: what would happen is shown before it does."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.questions import MENDED
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done

router = APIRouter(prefix="/console/stuck/{stuck_id}/decide")
REPAIRS = ("reset", "restart", "close")
"""Decisions about a whole process whose workflow is broken, each a way to repair it."""
Decision = Literal["retry", "skip", "abort", "fail", "reset", "restart", "close"]
_INPUT = "input_"
"""Before the name of an input that a retry corrects."""


@router.get("/{decision}")
async def ask(visit: StaffVisit, stuck_id: UUID, decision: Decision) -> Response:
    """Show exactly what the decision would do now."""
    return await _page(visit, stuck_id, decision, await visit.form())


@router.post("/{decision}")
async def decide(visit: StaffVisit, stuck_id: UUID, decision: Decision) -> Response:
    """Decide, about the version that was shown: what somebody else decided since stands."""
    form = await visit.sent()
    form.required("reason", visit.text("page.console.reason_missing"))
    version = form["version"]
    if form.errors or not version.isdecimal():
        return await _page(visit, stuck_id, decision, form, status=422)
    made: Json = {"version": int(version), "reason": form["reason"]}
    if decision == "retry":
        made["correction"] = _corrected(form)
    if decision in REPAIRS:
        made["repair"] = decision
    act = "repair" if decision in REPAIRS else decision
    try:
        await visit.api.post(f"/v1/ops/stuck/{stuck_id}/{act}", made, key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        visit.refused(form, problem, _pointers(form))
        return await _page(visit, stuck_id, decision, form, status=422)
    return visit.go(f"/console/stuck/{stuck_id}", Done("page.done.decided"))


def _corrected(form: Form) -> dict[str, str]:
    return {
        name.removeprefix(_INPUT): value
        for name, value in form.fields.items()
        if name.startswith(_INPUT) and value
    }


def _pointers(form: Form) -> dict[str, str]:
    return {f"/correction/{name}": f"{_INPUT}{name}" for name in _corrected(form)}


async def _page(
    visit: ConsoleVisit, stuck_id: UUID, decision: str, form: Form, *, status: int = 200
) -> Response:
    """Show the form about the item as it is now: its newest version is what is decided about."""
    (item,) = await visit.with_staff(visit.api.get(f"/v1/ops/stuck/{stuck_id}"))
    forecast = next((each for each in item["forecasts"] if each["decision"] == decision), None)
    about: Json = {"item": item, "decision": decision, "forecast": forecast, "form": form}
    if visit.is_part:
        return visit.part("console/decide.html", "main", **about)
    return visit.page("console/decide.html", status=status, **about)
