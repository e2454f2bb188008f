"""Paper mandates: a list, each in full, and what its state lets the reader do: four eyes."""

import asyncio
from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from web.api_client import Json
from web.console.questions import Question, asked, decided
from web.console.visit import ConsoleVisit, StaffVisit
from web.notices import Done
from web.queries import Cursor, Words
from web.theme import formats

MANDATES = "/console/mandates"
router = APIRouter(prefix=MANDATES)
API = "/v1/ops/mandates"
_SHOWN = 50
STATES = (
    "proposed",
    "scheduled",
    "active",
    "suspended",
    "ended",
    "rejected",
    "withdrawn",
    "lapsed",
)
"""Offered as a filter: first what waits for another officer."""
Act = Literal["confirm", "reject", "withdraw", "end"]
_OPERATIONS: Mapping[str, str] = {
    "confirm": "confirmMandate",
    "reject": "rejectMandate",
    "withdraw": "withdrawMandate",
    "end": "endMandate",
}


@router.get("")
async def listed(
    visit: StaffVisit, state: Words = "", account_id: Words = "", after: Cursor = None
) -> Response:
    """List mandates, newest first."""
    filters = {"state": state, "account_id": account_id}
    (found,) = await visit.with_staff(visit.api.get(API, **filters, after=after, limit=_SHOWN))
    return visit.page("console/mandates.html", found=found, asked=filters, states=STATES)


@router.get("/{mandate_id}")
async def one(visit: StaffVisit, mandate_id: UUID) -> Response:
    """Show one mandate, and what the reader may do with it now."""
    (found,) = await visit.with_staff(visit.api.get(f"{API}/{mandate_id}"))
    acts = [act for act in found["may"] if visit.may(_OPERATIONS.get(act, ""))]
    return visit.page("console/mandate.html", mandate=found, acts=acts)


@router.get("/{mandate_id}/{act}")
async def ask(visit: StaffVisit, mandate_id: UUID, act: Act) -> Response:
    """Show the mandate in full before anything is done with it."""
    question, form = await asyncio.gather(_question(visit, mandate_id, act), visit.form())
    return asked(visit, question, form)


@router.post("/{mandate_id}/{act}")
async def act_on(visit: StaffVisit, mandate_id: UUID, act: Act) -> Response:
    """Do it, unless the API says that another officer must."""
    return await decided(
        visit,
        f"{API}/{mandate_id}/{act}",
        lambda: _question(visit, mandate_id, act),
        done=Done(f"page.done.mandate_{act}"),
        then=f"{MANDATES}/{mandate_id}",
    )


async def _question(visit: ConsoleVisit, mandate_id: UUID, act: Act) -> Question:
    (found,) = await visit.with_staff(visit.api.get(f"{API}/{mandate_id}"))
    path = f"{MANDATES}/{mandate_id}"
    return Question(
        title=visit.text(f"page.console.mandate.ask.{act}"),
        yes=visit.word("mandate_act", act),
        action=f"{path}/{act}",
        back=path,
        says=[visit.text(f"page.console.mandate.does.{act}")],
        facts=_facts(visit, found),
        color=None if act == "confirm" else "danger",
    )


def _facts(visit: ConsoleVisit, found: Json) -> list[tuple[Markup, object]]:
    """Return what is compared with the paper."""
    person, terms, paper = found["person"], found["terms"], found["document"]
    code = f"{person['country']}{person['code']}" if person["code"] else None
    days = [visit.formats.time(terms[day]) for day in ("from_day", "through_day")]
    permissions = [visit.text(f"permission.{each}") for each in terms["permissions"]]
    rows = {
        "page.support.account": found["account_name"] or found["account_reference"],
        "page.support.person": formats.name(person["name"]) if person["name"] else None,
        "page.console.mandate.code": code,
        "page.console.mandate.role": visit.role(terms["role"]),
        "page.console.mandate.permissions": Markup(", ").join(permissions),
        "page.console.mandate.on": _on(visit, terms),
        "page.console.mandate.days": Markup(" – ").join(days),  # noqa: RUF001 # a range
        "page.console.mandate.paper": visit.word("document_kind", paper["kind"]),
        "page.console.mandate.description": paper["description"],
        "page.console.mandate.reference": paper["reference"],
    }
    return [(visit.text(name), value) for name, value in rows.items()]


def _on(visit: ConsoleVisit, terms: Json) -> Markup:
    """Return what it is about: the whole account, or which services."""
    if not terms["service_ids"]:
        return visit.text("page.people.whole_account")
    named = [
        each["name"] or (formats.phone(each["number"]) if each["number"] else each["kind"])
        for each in terms["service_labels"]
    ]
    count = len(terms["service_ids"])
    counted = visit.parts.theme.texts(visit.language).counted(
        "page.console.mandate.services", count
    )
    return Markup("{}: {}").format(counted, ", ".join(named)) if named else counted
