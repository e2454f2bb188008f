"""After a loss or a theft: shut a contract's services off at once, and open them again."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.notices import Done
from web.selfservice.account import ACCOUNT, AccountVisit, OfContract
from web.selfservice.contracts import contract_page, own_contract

router = APIRouter(prefix=f"{ACCOUNT}/contracts/{{contract_id}}")
LOSSES = ("lost", "stolen")
_TO_MEND = {403, 409, 422}


@router.get("/suspend")
async def ask_to_suspend(visit: OfContract, contract_id: UUID) -> Response:
    """Ask what happened; say what is shut off."""
    return await _ask(visit, contract_id, "suspend")


@router.get("/resume")
async def ask_to_resume(visit: OfContract, contract_id: UUID) -> Response:
    """Ask whether it is found."""
    return await _ask(visit, contract_id, "resume")


async def _ask(visit: AccountVisit, contract_id: UUID, act: str) -> Response:
    contract = await own_contract(visit, contract_id)
    about: Json = {"contract": contract, "act": act, "losses": LOSSES, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/contract_act.html", "main", **about)
    return visit.page("selfservice/contract_act.html", **about)


@router.post("/suspend")
async def suspend(visit: OfContract, contract_id: UUID) -> Response:
    """Shut its services off."""
    form = await visit.sent()
    reason = form["reason"] if form["reason"] in LOSSES else LOSSES[0]
    return await _done(visit, contract_id, "suspend", {"reason": reason}, form.id)


@router.post("/resume")
async def resume(visit: OfContract, contract_id: UUID) -> Response:
    """Open them again, by the own fresh login."""
    form = await visit.sent()
    return await _done(visit, contract_id, "resume", None, form.id)


async def _done(
    visit: AccountVisit, contract_id: UUID, act: str, body: Json | None, key: UUID
) -> Response:
    try:
        found = await visit.api.post(f"/v1/contracts/{contract_id}/{act}", body, key=key)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        form = await visit.form()
        return await contract_page(visit, contract_id, form, status=422, error=problem.text)
    done = f"page.done.{act}" if found["approval_id"] is None else "page.done.resume_proposed"
    return visit.go(visit.of_account(f"/contracts/{contract_id}"), Done(done))
