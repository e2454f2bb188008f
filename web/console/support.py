"""Support finds a person or an account by what people say on the phone.

A personal code, a name or a number is typed into a form that is sent by POST: it is in no address.
"""

from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from web.api_client import Json
from web.console import finding
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form

router = APIRouter()
SUPPORT = "/console/support"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The side of "may they do this?" that is chosen already, while the other is looked for."""

    person: UUID | None = None
    account: UUID | None = None


Choice = Annotated[Chosen, Depends()]


@router.get(SUPPORT)
async def ask(visit: StaffVisit, chosen: Choice) -> Response:
    """Ask whom, or which account, to find."""
    await visit.with_staff()
    return _page(visit, chosen, await visit.form())


@router.post(SUPPORT)
async def find(visit: StaffVisit, chosen: Choice) -> Response:
    """Find them: one leads to its page, of several the reader chooses."""
    form = await visit.sent()
    name, found = await finding.find(visit, form)
    if form.errors:
        return _page(visit, chosen, form, status=422)
    items = found["items"]
    if len(items) == 1 and not found["next"] and not form["after"]:
        return visit.go(_after(chosen, name, items[0]["id"]))
    if name == "who":
        return _page(visit, chosen, form, people=found)
    return _page(visit, chosen, form, accounts=found)


def _after(chosen: Chosen, name: str, id_: str) -> str:
    """Return the path that finding somebody, or an account, leads to."""
    if name == "who":
        return explanation(id_, chosen.account) or f"{SUPPORT}/people/{id_}"
    return explanation(chosen.person, id_) or f"{SUPPORT}/accounts/{id_}"


def explanation(person: UUID | str | None, account: UUID | str | None) -> str:
    """Return the path of why a person may do something on an account; empty while one misses."""
    if not (person and account):
        return ""
    return f"{SUPPORT}/explanation?{urlencode({'person': person, 'account': account})}"


def _page(
    visit: ConsoleVisit,
    chosen: Chosen,
    form: Form,
    *,
    status: int = 200,
    people: Json | None = None,
    accounts: Json | None = None,
) -> Response:
    about: Json = {"chosen": chosen, "form": form, "people": people, "accounts": accounts}
    leads_to = partial(_after, chosen)
    return visit.page("console/support.html", status=status, leads_to=leads_to, **about)
