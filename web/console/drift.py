"""Drift: where a network has something else than a service should have, and what is done then."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.characteristics import Characteristics
from web.console.questions import MENDED, Question, asked
from web.console.visit import ConsoleVisit, StaffVisit
from web.notices import Done
from web.queries import Cursor, Words

DRIFT = "/console/drift"
router = APIRouter(prefix=DRIFT)
_API = "/v1/ops/drift"
_SHOWN = 50
STATES = ("proposed", "held", "reported", "to_repair", "repairing")
"""Offered as a filter: first what waits for a person."""
Decision = Literal["repair", "accept"]


@dataclass(frozen=True, slots=True)
class DriftFilters:
    """Filters in the address."""

    state: Words = ""
    characteristic: Words = ""
    network: Annotated[str, Query(pattern="^$|^[a-z][a-z0-9_-]{0,39}$")] = ""
    service_id: Words = ""


Which = Annotated[DriftFilters, Depends()]
Ids = Annotated[list[UUID], Query(min_length=1, max_length=_SHOWN)]
PerhapsIds = Annotated[list[UUID] | None, Query(max_length=_SHOWN)]


@router.get("")
async def listed(visit: StaffVisit, which: Which, after: Cursor = None) -> Response:
    """List open differences, the one that was found first comes first; several can be chosen."""
    filters = asdict(which)
    found, groups = await visit.with_staff(
        visit.api.get(_API, **filters, after=after, limit=_SHOWN),
        visit.api.get(f"{_API}/groups"),
    )
    names = {each["characteristic"] for each in groups["items"]} | {which.characteristic} - {""}
    about: Json = {"found": found, "groups": groups["items"], "asked": filters, "states": STATES}
    words = Characteristics(visit)
    return visit.page("console/drift.html", names=sorted(names), characteristics=words, **about)


@router.get("/decide/{decision}")
async def ask(visit: StaffVisit, decision: Decision, ids: PerhapsIds = None) -> Response:
    """Show what a decision about these differences would do."""
    if not ids:
        return visit.go(DRIFT)
    question, form = await asyncio.gather(_question(visit, decision, ids), visit.form())
    return asked(visit, question, form)


@router.post("/decide/{decision}")
async def decide(visit: StaffVisit, decision: Decision, ids: Ids) -> Response:
    """Decide about those that nobody has decided about yet."""
    form = await visit.sent()
    form.required("reason", visit.text("page.console.reason_missing"))
    if not form.errors:
        sent: Json = {"decision": decision, "ids": list(map(str, ids)), "reason": form["reason"]}
        try:
            done = await visit.api.post(f"{_API}/decisions", sent, key=form.id)
        except ApiProblem as problem:
            if problem.status not in MENDED:
                raise
            visit.refused(form, problem)
        else:
            if done["differences"]:
                return visit.go(_back(ids), Done(f"page.done.drift_{decision}"))
            form.errors[""] = visit.text("page.console.drift.none_decided")
    return asked(visit, await _question(visit, decision, ids), form, status=422)


@router.get("/{drift_id}")
async def one(visit: StaffVisit, drift_id: UUID) -> Response:
    """Show one difference: what should be, what the network has, and what was decided."""
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{drift_id}"))
    service = await visit.api.get(f"/v1/services/{found['service_id']}")
    named = found["characteristic"]
    known = next((each for each in service["characteristics"] if each["name"] == named), None)
    about: Json = {"drift": found, "service": service, "known": known}
    return visit.page("console/drift_one.html", characteristics=Characteristics(visit), **about)


def _back(ids: list[UUID]) -> str:
    return f"{DRIFT}/{ids[0]}" if len(ids) == 1 else DRIFT


async def _question(visit: ConsoleVisit, decision: Decision, ids: list[UUID]) -> Question:
    await visit.with_staff()
    query = "&".join(f"ids={each}" for each in ids)
    counted = visit.parts.theme.texts(visit.language).counted("page.console.items", len(ids))
    return Question(
        title=visit.text(f"page.console.drift.ask.{decision}"),
        yes=visit.word("drift_decision", decision),
        action=f"{DRIFT}/decide/{decision}?{query}",
        back=_back(ids),
        says=[visit.text(f"page.console.drift.does.{decision}")],
        facts=[(visit.text("page.console.drift.chosen"), counted)],
    )
