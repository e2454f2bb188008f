"""Give somebody access to an account, or give it again after it ended."""

import asyncio
from datetime import date
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import TICKED, Form
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount

router = APIRouter(prefix=ACCOUNT)
_POINTERS = {"/receiver/code": "code", "/receiver/country": "code", "/receiver": "code"}
"""Fields of the page, by their place in the API's body."""


@router.get("/people/give")
async def ask(visit: OfAccount, again: UUID | None = None) -> Response:
    """Show the form; ``again``: filled with access that has ended."""
    form = await visit.form()
    if again is not None and not form.fields:
        form = _of(visit, await visit.api.get(f"/v1/delegations/{again}"))
    return await _page(visit, form)


@router.post("/people/give")
async def give(visit: OfAccount) -> Response:
    """Offer the access; it begins once the other one accepts."""
    form = await visit.sent()
    wanted = _wanted(visit, form)
    if form.errors:
        return await _page(visit, form, status=422)
    try:
        given = await visit.api.post(f"{visit.api_path}/delegations", wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in {400, 409, 422, 429}:
            raise
        return await _page(visit, form.refused(problem, _POINTERS), status=422)
    is_proposed = given["state"] == "awaiting_confirmations"
    done = "page.done.access_proposed" if is_proposed else "page.done.access_offered"
    return visit.go(visit.of_account("/people"), Done(done))


async def _page(visit: AccountVisit, form: Form, *, status: int = 200) -> Response:
    roles, services = await asyncio.gather(
        visit.api.get("/v1/roles"), visit.api.get(f"{visit.api_path}/services", limit=500)
    )
    return visit.page(
        "selfservice/give_access.html",
        status=status,
        form=form,
        roles=roles["items"],
        services=services["items"],
    )


def _wanted(visit: AccountVisit, form: Form) -> Json:
    """Return what the form asks for, as the API takes it; adds errors for what is missing."""
    missing = visit.text("page.give.missing")
    code = form.required("code", missing)
    role = form.required("role", missing)
    first = form.day("from", visit.text("page.form.day_wrong"))
    last = form.day("through", visit.text("page.form.day_wrong"))
    wanted: Json = {
        "receiver": {"country": "EE", "code": code.replace(" ", "")},
        "role": role,
        "service_ids": list(form.all("service")) if form["on"] == "services" else [],
        "from_day": (first or visit.today).isoformat(),
        "may_pass_on": form.is_ticked("may_pass_on"),
    }
    if form["on"] == "services" and not form.all("service"):
        form.errors["service"] = visit.text("page.give.no_service")
    return wanted if last is None else wanted | {"through_day": last.isoformat()}


def _of(visit: AccountVisit, delegation: Json) -> Form:
    """Return the form filled with access that was given before. The code is typed again."""
    terms = delegation["terms"]
    services = tuple(terms["service_ids"])
    through = date.fromisoformat(terms["through_day"])
    fields = {
        "role": terms["role"],
        "on": "services" if services else "account",
        "through": visit.formats.typed_day(through) if through > visit.today else "",
        "may_pass_on": TICKED if terms["may_pass_on"] else "",
    }
    return Form(fields, {"service": services})
