"""Enter a paper mandate: find the account that the paper names, then what it gives to whom."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.console import finding
from web.console.mandates import API, MANDATES
from web.console.questions import MENDED
from web.console.visit import ConsoleVisit, StaffVisit
from web.forms import Form
from web.notices import Done

router = APIRouter(prefix=MANDATES)
_MOST_SERVICES = 500
PAPERS = ("power_of_attorney", "decision", "articles", "register_extract", "other")
"""Kinds of papers offered, the most frequent first."""
_NAMES = {
    "/person/code": "code",
    "/person": "code",
    "/service_ids": "service",
    "/from_day": "from",
    "/through_day": "through",
    "/document/kind": "kind",
    "/document/description": "description",
    "/document/reference": "reference",
    "/document/issued_on": "issued",
}
"""Fields of the page, by their place in the API's body."""


@router.get("/find")
async def ask_account(visit: StaffVisit) -> Response:
    """Ask which account the paper names."""
    await visit.with_staff()
    return visit.page("console/mandate_find.html", form=await visit.form(), accounts=None)


@router.post("/find")
async def find_account(visit: StaffVisit) -> Response:
    """Find it: one leads on, of several the reader chooses."""
    form = await visit.sent()
    if "which" not in form.fields:
        return visit.go(f"{MANDATES}/find")
    _, found = await finding.find(visit, form)
    if form.errors:
        about: Json = {"form": form, "accounts": None}
        return visit.page("console/mandate_find.html", status=422, **about)
    items = found["items"]
    if len(items) == 1 and not found["next"] and not form["after"]:
        return visit.go(_entering(items[0]["id"]))
    return visit.page(
        "console/mandate_find.html",
        form=form,
        accounts=found,
        leads_to=lambda _, id_: _entering(id_),
    )


@router.get("/new")
async def ask(visit: StaffVisit, account: UUID) -> Response:
    """Ask what the paper gives, to whom, and where it is kept."""
    return await _page(visit, account, await visit.form())


@router.post("/new")
async def enter(visit: StaffVisit, account: UUID) -> Response:
    """Record it. It gives nothing before another officer confirms it."""
    form = await visit.sent()
    wanted = _wanted(visit, account, form)
    if form.errors:
        return await _page(visit, account, form, status=422)
    try:
        done = await visit.api.post(API, wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in MENDED:
            raise
        return await _page(visit, account, visit.refused(form, problem, _NAMES), status=422)
    return visit.go(f"{MANDATES}/{done['id']}", Done("page.done.mandate_entered"))


def _entering(account_id: str) -> str:
    return f"{MANDATES}/new?account={account_id}"


def _wanted(visit: ConsoleVisit, account: UUID, form: Form) -> Json:
    """Return what the form says, as the API takes it; adds errors for what is missing."""
    missing, wrong = visit.text("page.console.mandate.missing"), visit.text("page.form.day_wrong")
    for name in ("code", "role", "from", "through", "kind", "description", "reference"):
        form.required(name, missing)
    on_services = form["on"] == "services"
    if on_services and not form.all("service"):
        form.errors["service"] = visit.text("page.give.no_service")
    first, last = form.day("from", wrong), form.day("through", wrong)
    issued = form.day("issued", wrong)
    return {
        "account_id": str(account),
        "person": {"country": "EE", "code": form["code"].replace(" ", "")},
        "role": form["role"],
        "service_ids": list(form.all("service")) if on_services else [],
        "from_day": first.isoformat() if first else None,
        "through_day": last.isoformat() if last else None,
        "document": {
            "kind": form["kind"],
            "description": form["description"],
            "reference": form["reference"],
            "issued_on": issued.isoformat() if issued else None,
        },
    }


async def _page(visit: ConsoleVisit, account: UUID, form: Form, *, status: int = 200) -> Response:
    found, services, roles = await visit.with_staff(
        visit.api.search("/v1/ops/accounts/search", {"id": str(account)}),
        visit.api.get(f"{API}/accounts/{account}/services", limit=_MOST_SERVICES),
        visit.api.get("/v1/roles"),
    )
    if not found["items"]:
        return visit.go(f"{MANDATES}/find")
    about: Json = {"account": found["items"][0], "papers": PAPERS, "form": form}
    about["services"] = services["items"]
    offered = [each for each in roles["items"] if each["may_be_given"]]
    return visit.page("console/mandate_enter.html", status=status, roles=offered, **about)
