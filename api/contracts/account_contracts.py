"""/v1/accounts/{id}/contracts: the contracts of an account, and a new one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.contracts.schemas import Contract, ContractPage, StartContract
from api.delegations.requester import Acting
from api.http import idempotency, pagination, problems
from api.http.dependencies import EngineDep, acting_person
from api.http.idempotency import Done, OnceOnly
from api.http.languages import negotiated
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from domain.contracts.reasons import ContractRefused
from services.contracts.reads import list_contracts, read_contract
from services.contracts.start import StartedContract, start

router = APIRouter(prefix="/v1/accounts/{account_id}", tags=["contracts"], route_class=GuardedRoute)

READERS = Allow(person=True, portal=True, roles=(StaffRole.SUPPORT, StaffRole.OPS))
Reader = Annotated[Authorized, Depends(READERS)]
Place = tuple[datetime, UUID]
_STARTED = problems.together(
    idempotency.RESPONSES, problems.documented("contract_refused", "not_found")
)


class ContractsState(StrEnum):
    """Which contracts to list."""

    OPEN = "open"
    ALL = "all"


@router.get(
    "/contracts",
    operation_id="listContracts",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
async def list_account_contracts(
    account_id: UUID,
    request: Request,
    admitted: Reader,
    *,
    engine: EngineDep,
    page: pagination.Asked,
    state: ContractsState = ContractsState.ALL,
) -> ContractPage:
    """List the contracts of an account, and those that rest on its numbers, the newest first.

    For those with `contract:view` on the account, and staff. Anyone else gets 404. A later owner of
    the account does not see an earlier one's.
    """
    name = f"contracts-{state}"
    before = page.place(name, Place)
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    found = await list_contracts(
        engine,
        account_id,
        person_id,
        only_open=state is ContractsState.OPEN,
        before=before,
        limit=page.limit + 1,
    )
    shown, following = page.cut(
        name, found, lambda each: (each.contract.created_at, each.contract.id)
    )
    language = negotiated(request.headers.get("accept-language"))
    return ContractPage(items=[Contract.of(each, language) for each in shown], next=following)


@router.post(
    "/contracts",
    operation_id="startContract",
    status_code=201,
    response_model=Contract,
    responses=_STARTED,
)
async def start_contract(
    account_id: UUID, wanted: StartContract, who: Acting, *, once: OnceOnly
) -> Response:
    """Start a contract, with the product's permission on the account.

    It is a `draft` until its document is made, then `offered` to those who must agree; its terms do
    not change any more. `contract_refused` says in `refusals` why it cannot be started.
    """
    zone = who.approvals.zone

    async def carry_out(contract_id: UUID) -> Done:
        started = StartedContract(contract_id, account_id, who.person_id, **wanted.model_dump())
        try:
            await start(who.engine, started, zone, actor=who.actor)
        except ContractRefused as refused:
            raise Problem("contract_refused", refusals=[refused.refusal]) from None
        shown = await read_contract(who.engine, contract_id, who.person_id)
        headers = {"Location": f"/v1/contracts/{contract_id}"}
        return Done(201, Contract.of(shown, who.language).to_keep(), headers)

    return await once(who.admitted, carry_out, who.person_id)
