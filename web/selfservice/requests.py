"""Access that this person asks for: at a company, or at the owner of an account."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.queries import Cursor
from web.selfservice.visit import SelfserviceVisit
from web.visit import Visit

router = APIRouter(prefix="/requests")
_SHOWN = 20
_POINTERS = {"/company/code": "company", "/company/country": "company"}


@router.get("")
async def requests(visit: SelfserviceVisit, after: Cursor = None) -> Response:
    """Show what this person has asked for, and where others wait for their answer."""
    return await _page(visit, after)


async def _page(
    visit: Visit, after: str | None = None, *, status: int = 200, error: str = ""
) -> Response:
    found, waiting, accounts = await asyncio.gather(
        visit.api.get("/v1/me/access-requests", after=after, limit=_SHOWN),
        visit.api.get("/v1/me/waiting"),
        visit.api.get("/v1/me/accounts", limit=100),
    )
    mine = [each for each in accounts["items"] if "access:manage" in each["permissions"]]
    return visit.page(
        "selfservice/requests.html",
        status=status,
        found=found,
        waiting=waiting["access_requests"],
        accounts=mine,
        error=error,
    )


@router.get("/new")
async def ask(visit: SelfserviceVisit) -> Response:
    """Show the form."""
    return await _form(visit, await visit.form())


async def _form(visit: Visit, form: Form, *, status: int = 200) -> Response:
    roles = (await visit.api.get("/v1/roles"))["items"]
    return visit.page("selfservice/new_request.html", status=status, form=form, roles=roles)


@router.post("/new")
async def send(visit: SelfserviceVisit) -> Response:
    """Ask; whether the company or the number is a customer's is not told."""
    form = await visit.sent()
    wanted = _wanted(visit, form)
    if form.errors:
        return await _form(visit, form, status=422)
    try:
        await visit.api.post("/v1/access-requests", wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in {400, 409, 422, 429}:
            raise
        return await _form(visit, form.refused(problem, _POINTERS), status=422)
    return visit.go("/requests", Done("page.done.request_sent"))


def _wanted(visit: Visit, form: Form) -> Json:
    role = form.required("role", visit.text("page.request.role_missing"))
    if bool(form["company"]) is bool(form["customer_number"]):
        form.errors["company"] = visit.text("page.request.one_of")
    wanted: Json = {"role": role, "message": form["message"]}
    if form["company"]:
        return wanted | {"company": {"country": "EE", "code": form["company"].replace(" ", "")}}
    return wanted | {"customer_number": form["customer_number"]}


@router.get("/{request_id}/withdraw")
async def ask_to_withdraw(visit: SelfserviceVisit, request_id: UUID) -> Response:
    """Ask whether the request is to be withdrawn."""
    asked = await visit.api.get(f"/v1/access-requests/{request_id}")
    about: Json = {"asked": asked, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/withdraw_request.html", "main", **about)
    return visit.page("selfservice/withdraw_request.html", **about)


@router.post("/{request_id}/withdraw")
async def withdraw(visit: SelfserviceVisit, request_id: UUID) -> Response:
    """Withdraw it, while nobody has answered."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/access-requests/{request_id}/withdraw", key=form.id)
    except ApiProblem as problem:
        if problem.status != 409:
            raise
        return await _page(visit, status=422, error=problem.text)
    return visit.go("/requests", Done("page.done.request_withdrawn"))
