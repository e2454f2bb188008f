"""/v1/contracts: one contract, and what its people do about it: agree, decline, withdraw."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow
from api.contracts.account_contracts import Reader
from api.contracts.agreement_schemas import AgreeInput
from api.contracts.schemas import Contract
from api.delegations.refusals import as_problems
from api.delegations.requester import Acting, Giver, Requester, requester
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, Once, OnceOnly
from api.http.languages import negotiated
from api.http.routes import GuardedRoute
from domain.approvals.confirmations import Confirming
from services.contracts import agree
from services.contracts.reads import read_contract

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)

Confirmer = Annotated[Requester, Depends(requester(Allow(person=True, fresh=True)))]
_CONFIRMED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        *("act_changed", "approval_closed", "contract_not_waiting", "group_unfillable"),
        *("needs_joint_approval", "not_counted", "not_found", "representative_needed"),
        *("signature_needed", "step_up_needed", "template_unknown", "too_many_requests"),
    ),
) | {202: {"model": Contract, "description": "Agreed; others are to agree as well."}}
_ANSWERED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        "contract_not_waiting", "not_found", "not_permitted", "representative_needed"
    ),
)


@router.get("", operation_id="getContract", responses=problems.documented("not_found"))
async def get_contract(
    contract_id: UUID, request: Request, admitted: Reader, engine: EngineDep
) -> Contract:
    """Return a contract: its terms, its dates, and how far it is.

    For those with `contract:view` on its account, or on that of the number on which it rests, the
    person whose Mobiil-ID it is, and staff. Anyone else gets 404.
    """
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    language = negotiated(request.headers.get("accept-language"))
    return Contract.of(await read_contract(engine, contract_id, person_id), language)


@router.post(
    "/confirm", operation_id="confirmContract", response_model=Contract, responses=_CONFIRMED
)
async def confirm_contract(
    contract_id: UUID, seen: AgreeInput, who: Confirmer, once: OnceOnly
) -> Response:
    """Agree to a contract by your own fresh login, as the text and digest that you were shown.

    For those who represent the owner of the account, and the user of a Mobiil-ID. Who represents
    the owner only together with others opens an approval, in which the others agree too: 202, with
    its `Location`. A contract whose documents are signed is agreed to by signing. Repeatable.
    """
    login = who.admitted.fresh_login()
    given = Confirming(who.person_id, seen.digest, seen.template_version, seen.language, login)

    async def carry_out(_: UUID) -> Done:
        rules = who.approvals
        with as_problems():
            asked = (who.engine, contract_id, given, rules)
            approval_id = await agree.confirm(*asked, actor=who.actor)
        if approval_id is None:
            return await _answered(who, contract_id)
        return await _answered(who, contract_id, 202, f"/v1/approvals/{approval_id}")

    return await once(who.admitted, carry_out, who.person_id)


@router.post(
    "/decline", operation_id="declineContract", response_model=Contract, responses=_ANSWERED
)
async def decline_contract(contract_id: UUID, who: Giver, once: OnceOnly) -> Response:
    """Decline to agree to a contract that is offered: it ends. Repeatable."""
    return await _once(
        who,
        once,
        contract_id,
        lambda: agree.decline(who.engine, contract_id, who.person_id, actor=who.actor),
    )


@router.post(
    "/withdraw", operation_id="withdrawContract", response_model=Contract, responses=_ANSWERED
)
async def withdraw_contract(contract_id: UUID, who: Acting, once: OnceOnly) -> Response:
    """Withdraw a contract before those who must agree have agreed. Repeatable."""
    return await _once(
        who,
        once,
        contract_id,
        lambda: agree.withdraw(who.engine, contract_id, who.person_id, actor=who.actor),
    )


async def _once(
    who: Requester, once: Once, contract_id: UUID, work: Callable[[], Awaitable[None]]
) -> Response:
    async def carry_out(_: UUID) -> Done:
        await work()
        return await _answered(who, contract_id)

    return await once(who.admitted, carry_out, who.person_id)


async def _answered(
    who: Requester, contract_id: UUID, status: int = 200, location: str | None = None
) -> Done:
    shown = await read_contract(who.engine, contract_id, who.person_id)
    headers = {} if location is None else {"Location": location}
    return Done(status, Contract.of(shown, who.language).to_keep(), headers)
