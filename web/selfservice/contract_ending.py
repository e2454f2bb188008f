"""End a contract as it was previewed, and call the end off until its moment."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.queries import Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfContract
from web.selfservice.contracts import contract_page, own_contract

router = APIRouter(prefix=f"{ACCOUNT}/contracts/{{contract_id}}/end")
REASONS = ("customer", "withdrawal", "changed_terms")
_TO_MEND = {403, 409, 422}


@router.get("")
async def ask(visit: OfContract, contract_id: UUID, reason: Words = "", on: Words = "") -> Response:
    """Show when it ends, what that costs and why, and what else ends; nothing is ended yet."""
    kept = await visit.form()
    typed = Form({"on": on, "reason": reason} | dict(kept.fields), id=kept.id)
    return await _page(visit, contract_id, typed)


async def _page(
    visit: AccountVisit, contract_id: UUID, form: Form, *, status: int = 200, changed: bool = False
) -> Response:
    contract = await own_contract(visit, contract_id)
    reason = form["reason"] if form["reason"] in REASONS else "customer"
    day = form.day("on", visit.text("page.form.day_wrong"))
    preview = await _preview(visit, contract_id, form, reason, day)
    about: Json = {
        "contract": contract,
        "preview": preview,
        "reason": reason,
        "reasons": REASONS,
        "on": None if day is None else day.isoformat(),
        "changed": changed,
    }
    return visit.page("selfservice/end_contract.html", status=status, form=form, **about)


async def _preview(
    visit: AccountVisit, contract_id: UUID, form: Form, reason: str, day: date | None
) -> Json | None:
    """Return the API's preview; None where it cannot be ended so: the form says why."""
    if form.errors:
        return None
    path = f"/v1/contracts/{contract_id}/end-preview"
    try:
        return await visit.api.get(path, reason=reason, on=None if day is None else day.isoformat())
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        form.errors["on" if problem.errors else ""] = problem.text
        return None


@router.post("")
async def end(visit: OfContract, contract_id: UUID) -> Response:
    """Set the end as it was shown. Where that has changed meanwhile, it is shown anew."""
    form = await visit.sent()
    wanted: Json = {
        "preview": form["preview"],
        "reason": form["reason"],
        "on": form["on_day"] or None,
        "template_version": int(form["version"]) if form["version"].isdecimal() else None,
    }
    try:
        ended = await visit.api.post(f"/v1/contracts/{contract_id}/end", wanted, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        again = Form({"on": form["on"], "reason": form["reason"]})
        is_changed = problem.code == "preview_changed"
        if not is_changed:
            again.errors[""] = problem.text
        return await _page(visit, contract_id, again, status=422, changed=is_changed)
    done = "page.done.end_set" if ended["end"] else "page.done.end_proposed"
    return visit.go(visit.of_account(f"/contracts/{contract_id}"), Done(done))


@router.get("/cancel")
async def ask_to_call_off(visit: OfContract, contract_id: UUID) -> Response:
    """Ask whether the contract is to go on."""
    contract = await own_contract(visit, contract_id)
    about: Json = {"contract": contract, "act": "call_off", "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/contract_act.html", "main", **about)
    return visit.page("selfservice/contract_act.html", **about)


@router.post("/cancel")
async def call_off(visit: OfContract, contract_id: UUID) -> Response:
    """Call the end off: the contract goes on."""
    form = await visit.sent()
    try:
        goes_on = await visit.api.post(f"/v1/contracts/{contract_id}/end/cancel", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await contract_page(visit, contract_id, form, status=422, error=problem.text)
    left, done = goes_on["end"], "page.done.goes_on"
    if left is not None:  # the number leaves all the same, or others are to confirm it
        is_proposed = left["may_call_off"]
        done = "page.done.call_off_proposed" if is_proposed else "page.done.own_end_called_off"
    return visit.go(visit.of_account(f"/contracts/{contract_id}"), Done(done))
