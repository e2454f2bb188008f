"""/v1/contracts: one contract, and what its people do about it: agree, decline, withdraw."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow
from api.contracts.account_contracts import Reader
from api.contracts.schemas import AgreeInput, Contract
from api.delegations.requester import Acting, Giver, Requester, requester
from api.http import idempotency, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, Once, OnceOnly
from api.http.routes import GuardedRoute
from services.contracts import agree
from services.contracts.reads import read_contract
from storage.contracts.agreements import Agreed

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)

Confirmer = Annotated[Requester, Depends(requester(Allow(person=True, fresh=True)))]
_CONFIRMED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        *("act_changed", "contract_not_waiting", "needs_joint_approval", "not_found"),
        *("representative_needed", "signature_needed", "step_up_needed"),
    ),
)
_ANSWERED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        "contract_not_waiting", "not_found", "not_permitted", "representative_needed"
    ),
)


@router.get("", operation_id="getContract", responses=problems.documented("not_found"))
async def get_contract(contract_id: UUID, admitted: Reader, engine: EngineDep) -> Contract:
    """Return a contract: its terms, its dates, and how far it is.

    For those with `contract:view` on its account, the person whose Mobiil-ID it is, and staff.
    Anyone else gets 404.
    """
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    return Contract.of(await read_contract(engine, contract_id, person_id))


@router.post(
    "/confirm", operation_id="confirmContract", response_model=Contract, responses=_CONFIRMED
)
async def confirm_contract(
    contract_id: UUID, seen: AgreeInput, who: Confirmer, once: OnceOnly
) -> Response:
    """Agree to a contract by your own fresh login, as the terms that you were shown.

    For the owner of the account, who represents it alone, or the user of a Mobiil-ID. A contract
    whose document is signed is agreed to by signing. Repeatable.
    """
    login = who.admitted.fresh_login()
    agreed = Agreed(who.person_id, seen.digest, seen.language, login)
    return await _once(
        who,
        once,
        contract_id,
        lambda: agree.confirm(who.engine, contract_id, agreed, actor=who.actor),
    )


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
        shown = await read_contract(who.engine, contract_id, who.person_id)
        return Done(200, Contract.of(shown).to_keep(), {})

    return await once(who.admitted, carry_out, who.person_id)
