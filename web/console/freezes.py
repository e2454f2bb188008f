"""Freezes: who and what is frozen, and why; freeze somebody, and lift that by two people."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.questions import MENDED, Question, asked, decided
from web.console.support import SUPPORT, Choice, Chosen
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done
from web.queries import Cursor
from web.theme import formats

FREEZES = "/console/freezes"
router = APIRouter(prefix=FREEZES)
_API = "/v1/ops/freezes"
_SHOWN = 50
REASONS = ("credential_stolen", "fraud_suspected", "dispute", "authority_order")
"""Offered as why, the most frequent first."""
Act = Literal["request_lift", "withdraw_lift_request", "lift"]
_ACTS: Mapping[str, tuple[str, str]] = {
    "request_lift": ("requestLift", "lift-requests"),
    "withdraw_lift_request": ("withdrawLiftRequest", "lift-requests/withdraw"),
    "lift": ("lift", "lift"),
}
"""The API's operation, and its path below that of the freeze."""


@router.get("")
async def listed(
    visit: StaffVisit,
    after: Cursor = None,
    state: Annotated[Literal["open", "all"], Query()] = "open",
) -> Response:
    """List freezes, newest first. That somebody looked is an event, as the API does."""
    (found,) = await visit.with_staff(
        visit.api.get(_API, state=state, after=after, limit=_SHOWN),
    )
    return visit.page("console/freezes.html", found=found, state=state)


@router.get("/new")
async def ask(visit: StaffVisit, chosen: Choice) -> Response:
    """Ask why somebody, or an account, is to be frozen, after what that does."""
    return await _asked(visit, chosen, await visit.form())


@router.post("/new")
async def freeze(visit: StaffVisit, chosen: Choice) -> Response:
    """Freeze them at once."""
    form = await visit.sent()
    form.required("code", visit.text("page.console.freeze.code_missing"))
    form.required("reason", visit.text("page.console.reason_missing"))
    if form.errors:
        return await _asked(visit, chosen, form, status=422)
    whom = {"person_id": chosen.person} if chosen.person else {"account_id": chosen.account}
    named = {name: str(id_) for name, id_ in whom.items()}
    sent: Json = {"code": form["code"], "reason": form["reason"]} | named
    try:
        done = await visit.api.post(_API, sent, key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        return await _asked(visit, chosen, visit.refused(form, problem), status=422)
    return visit.go(f"{FREEZES}/{done['id']}", Done("page.done.frozen"))


@router.get("/{freeze_id}")
async def one(visit: StaffVisit, freeze_id: UUID) -> Response:
    """Show one freeze, and what the reader may do about it now."""
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{freeze_id}"))
    acts = [act for act in found["may"] if act in _ACTS and visit.may(_ACTS[act][0])]
    return visit.page("console/frozen.html", freeze=found, acts=acts)


@router.get("/{freeze_id}/{act}")
async def ask_to(visit: StaffVisit, freeze_id: UUID, act: Act) -> Response:
    """Show what an act on the way to its lifting would do."""
    question, form = await asyncio.gather(_question(visit, freeze_id, act), visit.form())
    return asked(visit, question, form)


@router.post("/{freeze_id}/{act}")
async def act_on(visit: StaffVisit, freeze_id: UUID, act: Act) -> Response:
    """Do it, unless the API says that another one must."""
    return await decided(
        visit,
        f"{_API}/{freeze_id}/{_ACTS[act][1]}",
        lambda: _question(visit, freeze_id, act),
        done=Done(f"page.done.{act}"),
        then=f"{FREEZES}/{freeze_id}",
    )


async def _question(visit: ConsoleVisit, freeze_id: UUID, act: Act) -> Question:
    (found,) = await visit.with_staff(visit.api.get(f"{_API}/{freeze_id}"))
    path = f"{FREEZES}/{freeze_id}"
    return Question(
        title=visit.text(f"page.console.freeze.ask.{act}"),
        yes=visit.word("freeze_act", act),
        action=f"{path}/{act}",
        back=path,
        says=[visit.text(f"page.console.freeze.does.{act}")],
        facts=[
            (visit.text("page.console.freeze.subject"), subject_of(visit, found)),
            (visit.text("page.console.cause"), found["reason"]["text"]),
            (visit.text("page.console.note"), found["note"]),
            (visit.text("page.console.freeze.lift_note"), found["lift_note"]),
        ],
        color="danger" if act == "lift" else None,
    )


def subject_of(visit: ConsoleVisit, found: Json) -> object:
    """Return who or what is frozen, by name."""
    if found["account_id"]:
        return found["account_name"] or found["account_reference"]
    name = found["person_name"]
    return formats.name(name) if name else visit.text("page.people.nameless")


async def _asked(visit: ConsoleVisit, chosen: Chosen, form: Form, *, status: int = 200) -> Response:
    if chosen.person is None and chosen.account is None:
        return visit.go(SUPPORT)
    about: Json = {"chosen": chosen, "form": form, "reasons": REASONS}
    if chosen.person:
        path = f"/v1/ops/people/{chosen.person}/accounts"
        (found,) = await visit.with_staff(visit.api.get(path, limit=1))
        about |= {"person": found["person"], "account": None}
    else:
        (account,) = await visit.with_staff(visit.api.get(f"/v1/accounts/{chosen.account}"))
        about |= {"person": None, "account": account}
    if visit.is_part:
        return visit.part("console/freeze.html", "main", status=status, **about)
    return visit.page("console/freeze.html", status=status, **about)
