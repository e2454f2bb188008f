"""Ask for an extract of call details: which, for what time, and how much of other people's numbers.

What may be chosen the API says: nothing is offered that would be refused.
"""

from datetime import date
from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.queries import Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.theme.formats import cost

router = APIRouter(prefix=f"{ACCOUNT}/extracts/new")
KINDS = ("voice", "sms", "mms", "data", "premium")
OTHERS_DIRECTIONS = ("outgoing", "forwarded")
"""What of other people's numbers is shown; what came in only of one's own."""
DIRECTIONS = ("outgoing", "incoming", "forwarded")
LEVELS = ("masked", "own", "full")
_ROAMING = {"yes": True, "no": False}
_FORMATS = ("csv", "pdf")
_MENDED = {400, 403, 409, 422, 429}


@router.get("")
async def ask(visit: OfAccount, service: Words = "") -> Response:
    """Show the form. ``service``: the one on whose page the link was."""
    kept = await visit.form()
    choices = await _choices(visit)
    if choices is None:
        return _page(visit, kept, {"services": []}, status=HTTPStatus.FORBIDDEN)
    form = kept if kept.fields else _first(visit, choices, service)
    return _page(visit, form, choices)


@router.post("")
async def make(visit: OfAccount) -> Response:
    """Ask for it, and lead to its page, which follows it."""
    form = await visit.sent()
    choices = await _choices(visit)
    if choices is None:
        return _page(visit, form, {"services": []}, status=HTTPStatus.FORBIDDEN)
    wanted = _stated(visit, form)
    if not form.errors:
        _check_days(visit, form, wanted, choices)
    if not form.errors:
        try:
            asked = await visit.api.post(f"{visit.api_path}/extracts", wanted, key=form.id)
        except ApiProblem as problem:
            if problem.status not in _MENDED:
                raise
            form.refused(problem, {"/purpose": "purpose", "/level": "level"})
        else:
            return visit.go(visit.of_account(f"/extracts/{asked['id']}"))
    return _page(visit, form, choices, status=422)


async def _choices(visit: AccountVisit) -> Json | None:
    """Return what may be asked for; None: nothing, of any service."""
    try:
        return await visit.api.get(f"{visit.api_path}/extracts/choices")
    except ApiProblem as problem:
        if problem.status != HTTPStatus.FORBIDDEN:
            raise
        return None


def _page(visit: AccountVisit, form: Form, choices: Json, *, status: int = 200) -> Response:
    offered = {level for each in choices["services"] for level in each["levels"]}
    levels = [each for each in LEVELS if each in offered]
    about: Json = {
        "choices": choices,
        "levels": levels,
        "own_from": _own_from(choices["services"]),
        "kinds": KINDS,
        "directions": DIRECTIONS if "own" in levels else OTHERS_DIRECTIONS,
        "form": form,
    }
    return visit.page("selfservice/new_extract.html", status=status, **about)


def _first(visit: AccountVisit, choices: Json, service: str) -> Form:
    """Return the form as it is at first: the month so far; one's own numbers whole."""
    today = date.fromisoformat(choices["today"])
    begin, level = today.replace(day=1), ""
    wanted = [each for each in choices["services"] if service in {"", each["service"]["id"]}]
    if wanted and all(each["own_from_day"] for each in wanted):
        begin, level = max(begin, _own_from(wanted) or begin), "own"
    fields = {
        "from_day": visit.formats.typed_day(begin),
        "through_day": visit.formats.typed_day(today),
        "level": level,
    }
    return Form(fields, {"services": (service,)} if service else {})


def _check_days(visit: AccountVisit, form: Form, wanted: Json, choices: Json) -> None:
    """Say of a period that would be refused which of its days is wrong, and why."""
    first, last = wanted["from_day"], wanted["through_day"]
    if last < first:
        form.errors["through_day"] = visit.text("page.extract.ends_before")
    elif last > choices["today"]:
        form.errors["through_day"] = visit.text("page.extract.in_future")
    elif first < choices["oldest_day"]:
        form.errors["from_day"] = visit.text("page.extract.too_old")
    elif wanted.get("level") == "own":
        services = wanted.get("services") or [each["service"]["id"] for each in choices["services"]]
        mine = [each for each in choices["services"] if each["service"]["id"] in services]
        since = _own_from(mine)
        if since is not None and first < since.isoformat():
            day = visit.formats.typed_day(since)
            form.errors["from_day"] = visit.text("page.extract.own_later", day=day)


def _own_from(services: list[Json]) -> date | None:
    """Return the day from which all numbers among these that are one's own are; None: none is."""
    days = [each["own_from_day"] for each in services if each["own_from_day"]]
    return date.fromisoformat(max(days)) if days else None


def _stated(visit: AccountVisit, form: Form) -> Json:
    """Return what is asked for as the API takes it; what cannot be is an error of its field."""
    wrong, missing = visit.text("page.form.day_wrong"), visit.text("page.extract.day_missing")
    days = {name: form.day(name, wrong) for name in ("from_day", "through_day")}
    for name, day in days.items():
        if day is None and name not in form.errors:
            form.errors[name] = missing
    amount = cost(form["min_cost"])
    if amount is None and form["min_cost"]:
        form.errors["min_cost"] = visit.text("page.extract.cost_wrong")
    if form["direction"] == "incoming" and form["level"] in {"masked", "full"}:
        form.errors["direction"] = visit.text("page.extract.incoming_hidden")
    wanted: Json = {
        **{name: None if day is None else day.isoformat() for name, day in days.items()},
        "services": [each for each in form.all("services") if each],
        "kinds": [each for each in form.all("kinds") if each in KINDS],
        "direction": form["direction"] or None,
        "roaming": _ROAMING.get(form["roaming"]),
        "min_cost": amount,
        "format": form["format"] if form["format"] in _FORMATS else _FORMATS[0],
        "level": form["level"] or None,
        "purpose": form["purpose"] or None,
    }
    return {name: value for name, value in wanted.items() if value is not None}
