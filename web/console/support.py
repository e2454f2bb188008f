"""Support finds a person or an account by what people say on the phone.

A personal code, a name or a number is typed into a form that is sent by POST: it is in no address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form

router = APIRouter()
SUPPORT = "/console/support"
_COUNTRY = "EE"
"""Whose codes are typed, of persons and of companies."""
_SHOWN = 20
_TO_MEND = frozenset({400, 422})


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
    name = "who" if "who" in form.fields else "which"
    words = form.required(name, visit.text("page.support.missing"))
    if form.errors:
        await visit.with_staff()
        return _page(visit, chosen, form, status=422)
    try:
        found = await (_people(visit, words) if name == "who" else _accounts(visit, form, words))
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        await visit.with_staff()
        form.errors[name] = next((each["message"] for each in problem.errors), problem.text)
        return _page(visit, chosen, form, status=422)
    items = found["items"]
    if len(items) == 1 and not found["next"] and not form["after"]:
        return visit.go(_after(chosen, name, items[0]["id"]))
    if name == "who":
        return _page(visit, chosen, form, people=found)
    return _page(visit, chosen, form, accounts=found)


async def _people(visit: ConsoleVisit, words: str) -> Json:
    typed = words.replace(" ", "")
    is_number = typed.startswith("+")
    asked: Json = (
        {"number": typed} if is_number else {"person": {"country": _COUNTRY, "code": typed}}
    )
    (found,) = await visit.with_staff(visit.api.search("/v1/ops/people/search", asked))
    return found | {"next": None}


async def _accounts(visit: ConsoleVisit, form: Form, words: str) -> Json:
    """Look for everything that the words can be; the rest of a list is that of a name."""
    asked = _meanings(words)
    if form["after"]:
        asked = asked[:1]
    only = len(asked) == 1
    answers = await visit.with_staff(
        *(_accounts_by(visit, each, form["after"], may_be_wrong=not only) for each in asked)
    )
    found = {each["id"]: each for answer in answers for each in answer["items"]}
    return {"items": list(found.values()), "next": answers[0]["next"]}


def _meanings(words: str) -> list[Json]:
    """Return what may be meant, as the API searches for it; the first may have several pages."""
    typed = words.replace(" ", "")
    if typed.startswith("+"):
        return [{"number": typed}]
    number = {"reference": words}
    if typed.isdecimal():
        return [{"company": {"country": _COUNTRY, "code": typed}}, number]
    return [{"company_name": words}, number]


async def _accounts_by(
    visit: ConsoleVisit, asked: Mapping[str, object], after: str, *, may_be_wrong: bool
) -> Json:
    """Return a page of accounts. Words that cannot be a code may be something else still."""
    try:
        return await visit.api.search("/v1/ops/accounts/search", asked, after=after, limit=_SHOWN)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND or not may_be_wrong:
            raise
        return {"items": [], "next": None}


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
