"""Search the history: what happened, to whom, by whom, and when."""

from collections.abc import Awaitable
from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console import finding
from web.console.audit.filters import ACTOR_KINDS, NAMES, SEARCH, Asked, Filters, path, wanted
from web.console.audit.words import kinds
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.queries import Cursor

router = APIRouter()
_SHOWN = 50
_STAFF = 200
"""Names to choose from: those who acted last."""
TO_MEND = frozenset({400, 422})
NOTHING: Json = {"items": [], "next": None}


@router.get(SEARCH)
async def search(visit: StaffVisit, which: Asked, after: Cursor = None) -> Response:
    """Show a page of what is found, the newest first. What was done to a person is a look-up."""
    form = which.form(visit)
    asked = wanted(visit, form)
    if form.errors:
        return await page_of(visit, which, form)
    try:
        found = await visit.api.get("/v1/ops/events", **asked, after=after, limit=_SHOWN)
    except ApiProblem as problem:
        if problem.status not in TO_MEND:
            raise
        return await page_of(visit, which, form.refused(problem, NAMES))
    return await page_of(visit, which, form, found)


@router.post(SEARCH)
async def narrow(visit: StaffVisit, which: Asked) -> Response:
    """Find the person or the account whose events are wanted; of several the reader chooses."""
    typed = await visit.sent()
    name, several = await finding.find(visit, typed)
    if len(several["items"]) == 1 and not several["next"] and not typed["after"]:
        return visit.go(_of_one(which, name, several["items"][0]["id"]))
    form = which.form(visit)
    form.fields, form.errors = {**form.fields, **typed.fields}, typed.errors
    return await page_of(visit, which, form, looked_for=name, several=several)


def _of_one(which: Filters, name: str, id_: str) -> str:
    """Return the path of the same search, of this person (``who``) or account (``which``) alone."""
    return path(which.given() | {"person" if name == "who" else "account": id_})


async def page_of(
    visit: ConsoleVisit,
    which: Filters,
    form: Form,
    found: Json = NOTHING,
    *,
    looked_for: str = "",
    several: Json = NOTHING,
) -> Response:
    """Return the page with its form and what was found."""
    account: list[Awaitable[Json]] = []
    if which.account:
        account = [visit.api.get(f"/v1/accounts/{which.account}")]
    staff, *accounts = await visit.with_staff(
        visit.api.get("/v1/ops/staff", limit=_STAFF), *account
    )
    about: Json = {
        "which": which,
        "form": form,
        "found": found,
        "is_later": "after" in visit.request.query_params,
        "kinds": kinds(visit),
        "actors": _actors(visit, staff["items"], form["actor"]),
        "account": accounts[0] if accounts else None,
        "looked_for": looked_for,
        "several": several,
        "leads_to": partial(_of_one, which),
        "path": path,
    }
    return visit.page("console/audit/search.html", status=422 if form.errors else 200, **about)


def _actors(visit: ConsoleVisit, staff: list[Json], chosen: str) -> list[tuple[str, str]]:
    """Return the choices of who acted: kinds, then members of staff by name."""
    by_kind = [(each, str(visit.text(f"page.audit.actor.{each}"))) for each in ACTOR_KINDS]
    named = [(str(each["id"]), str(each["name"] or each["id"])) for each in staff]
    choices = [*by_kind, *sorted(named, key=lambda each: each[1].casefold())]
    if chosen and chosen not in dict(choices):
        choices.append((chosen, str(visit.text("page.audit.chosen_actor"))))
    return choices
