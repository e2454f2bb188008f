"""Filters of the history, in the address of pages: days as they are typed, and internal ids."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends

from web.api_client import Json
from web.console.visit import ConsoleVisit
from web.forms import Form
from web.queries import Words

SEARCH = "/console/audit"
ACTOR_KINDS = ("ops", "person", "portal", "system", "register", "engine")
"""Who acts, as the API names them."""
NAMES = {
    "account_id": "account",
    "person_id": "person",
    "subject_id": "about",
    "actor_kind": "actor",
    "before": "through",
}
"""Fields of the page by parameters of the API, where the two differ."""
_DAYS = timedelta(days=30)
"""Before today: with it, what the API searches of everything at once."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for. Empty: anything."""

    kind: Words = ""
    since: Words = ""
    through: Words = ""
    account: UUID | None = None
    person: UUID | None = None
    about: Words = ""
    """Id of an order, a stuck item, a request: of whatever events are about."""
    actor: Words = ""
    """A kind of actor, or the id of one."""

    def given(self) -> dict[str, str]:
        """Return those that were given."""
        named = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: str(value) for name, value in named if value}

    def form(self, visit: ConsoleVisit) -> Form:
        """Return the form as it is shown: with the days that are searched where none are given."""
        today = visit.today
        days = {"since": today - _DAYS, "through": today}
        typed = {name: visit.formats.typed_day(day) for name, day in days.items()}
        return Form(typed | {name: value.strip() for name, value in self.given().items()})


Asked = Annotated[Filters, Depends()]


def path(which: Mapping[str, str], page: str = SEARCH) -> str:
    """Return the path of a page of the history with these filters."""
    return f"{page}?{urlencode(which)}" if which else page


def wanted(visit: ConsoleVisit, form: Form) -> Json:
    """Return the search as the API takes it; what is wrong is in the errors of the form."""
    wrong = visit.text("page.form.day_wrong")
    since, through = form.day("since", wrong), form.day("through", wrong)
    if since and through and through < since:
        form.errors["through"] = visit.text("page.audit.days_wrong")
    actor = form["actor"]
    return {
        "kind": form["kind"],
        "since": _starts(visit, since),
        "before": _starts(visit, through and through + timedelta(days=1)),
        "account_id": form["account"],
        "person_id": form["person"],
        "subject_id": form["about"],
        "actor_kind": actor if actor in ACTOR_KINDS else "",
        "actor": "" if actor in ACTOR_KINDS else actor,
    }


def _starts(visit: ConsoleVisit, day: date | None) -> str:
    return "" if day is None else datetime.combine(day, time(), visit.parts.zone).isoformat()
