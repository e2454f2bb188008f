"""Agree to an offered contract: by a click, or by signing on the own phone; decline, withdraw."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfContract
from web.selfservice.contracts import contract_page, own_contract

router = APIRouter(prefix=f"{ACCOUNT}/contracts/{{contract_id}}")
METHODS = ("mobile_id", "smart_id")
_TO_MEND = {400, 403, 409, 422, 429}
_SECONDS = 3
_ENDED = {"succeeded", "failed", "cancelled"}


@router.post("/confirm")
async def confirm(visit: OfContract, contract_id: UUID) -> Response:
    """Agree to it by the own fresh login, alone or together with others."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/contracts/{contract_id}/confirm", form.seen(), key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, contract_id, form, problem)
    return visit.go(visit.of_account(f"/contracts/{contract_id}"), Done("page.done.agreed"))


@router.post("/sign")
async def sign(visit: OfContract, contract_id: UUID) -> Response:
    """Let the own phone ask; the next page shows the code that it must show as well."""
    form = await visit.sent()
    if form["method"] not in METHODS:
        form.errors["method"] = str(visit.text("page.contract.method_missing"))
        return await contract_page(visit, contract_id, form, status=422)
    phone = "".join(form["phone"].split()) if form["method"] == "mobile_id" else None
    wanted = form.seen() | {"method": form["method"], "phone": phone or None}
    try:
        begun = await visit.api.post(f"/v1/contracts/{contract_id}/sign", wanted, key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, contract_id, form, problem)
    return visit.go(visit.of_account(f"/contracts/{contract_id}/signing/{begun['id']}"))


async def _refused(
    visit: AccountVisit, contract_id: UUID, form: Form, problem: ApiProblem
) -> Response:
    """Show the contract as it is now, with why it was not agreed to."""
    if problem.status not in _TO_MEND:
        raise problem
    refused = form.refused(problem)
    if problem.code == "phone_needed":
        refused.errors = {"phone": problem.text}
    error = "" if refused.errors.keys() - {""} else problem.text
    return await contract_page(visit, contract_id, refused, status=422, error=error)


@router.get("/signing/{operation_id}")
async def signing(visit: OfContract, contract_id: UUID, operation_id: UUID) -> Response:
    """Show the code while the phone asks, and then how it ended."""
    operation = await visit.api.get(f"/v1/operations/{operation_id}")
    asks = operation["state"] not in _ENDED
    about: Json = {"contract_id": contract_id, "operation": operation, "asks": asks}
    if visit.is_part:
        return visit.part("selfservice/signing.html", "state", **about)
    visit.around.refresh = _SECONDS if asks else None
    return visit.page("selfservice/signing.html", **about)


@router.get("/{act}")
async def ask(
    visit: OfContract, contract_id: UUID, act: Literal["decline", "withdraw"]
) -> Response:
    """Ask whether the offer is to end."""
    about: Json = {
        "contract": await own_contract(visit, contract_id),
        "act": act,
        "form": await visit.form(),
    }
    if visit.is_part:
        return visit.part("selfservice/end_offer.html", "main", **about)
    return visit.page("selfservice/end_offer.html", **about)


@router.post("/{act}")
async def end_offer(
    visit: OfContract, contract_id: UUID, act: Literal["decline", "withdraw"]
) -> Response:
    """Decline, or withdraw: the offer ends for everyone."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/contracts/{contract_id}/{act}", key=form.id)
    except ApiProblem as problem:
        return await _refused(visit, contract_id, form, problem)
    return visit.go(visit.of_account(f"/contracts/{contract_id}"), Done(f"page.done.offer_{act}"))
