"""PUT /v1/contracts: the operator's systems tell the contracts that exist there."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, model_validator

from api.accounts.accounts import SYSTEMS
from api.accounts.people import PersonCode
from api.auth.authorization import Authorized
from api.contracts.told_fields import (
    DEVICE_INSTALMENTS,
    DEVICE_VALUE,
    EXPIRES,
    TERMS_CHANGED,
    Cents,
)
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.schemas import CLOCK_SKEW, AnyMoment, RequestModel, ResponseModel, SingleLine
from api.parts import parts_of
from domain.contracts.states import ContractState
from domain.contracts.told import MOST_SERVICES, ToldContract, end_fault
from domain.inventory.characteristics import ICCID
from services.contracts.tell import tell

router = APIRouter(prefix="/v1/contracts", tags=["contracts"], route_class=GuardedRoute)

_TOLD = Literal[
    ContractState.ACTIVE, ContractState.SUSPENDED, ContractState.ENDING, ContractState.ENDED
]


class ContractInput(RequestModel):
    """A contract as the operator has it."""

    account_id: UUID = Field(description="Id of the account.")
    product: SingleLine = Field(
        min_length=1,
        max_length=100,
        description="Id of the product, as the operator's systems name it.",
    )
    product_version: SingleLine | None = Field(
        None,
        max_length=20,
        description="As in the catalogue; null: it is not one of the catalogue's.",
    )
    state: _TOLD = Field(description="State of the contract, as the operator's systems have it.")
    services: list[UUID] = Field(max_length=MOST_SERVICES, description="On this account.")
    user: PersonCode | None = Field(
        None, description="Whose contract it is, where that is not the owner of the account."
    )
    host_service_id: UUID | None = Field(None, description="The service that it rests on.")
    sim: str | None = Field(None, pattern=f"^{ICCID}$", description="ICCID of the host's SIM.")
    signed_at: AnyMoment | None = Field(
        None,
        description="When it was signed. Left out: not known.",
    )
    starts_on: date | None = Field(
        None,
        description="The first day on which it is in force. Left out: not known.",
    )
    committed_until: date | None = Field(
        None,
        description="The last day of the committed term. Left out: there is none.",
    )
    expires_on: date | None = EXPIRES
    billed_until: date | None = Field(
        None,
        description="The last day that is billed. Left out: not known.",
    )
    number_kept_until: AnyMoment | None = Field(
        None,
        description="Until when its number is kept for the customer. Left out: it is not kept.",
    )
    device_value_left_cents: Cents | None = DEVICE_VALUE
    device_instalments_left_cents: Cents | None = DEVICE_INSTALMENTS
    terms_changed_on: date | None = TERMS_CHANGED
    ends_at: AnyMoment | None = Field(
        None,
        description="Of one that is `ending` or `ended`. Access to its services ends then."
        " Of one that is `ended` it is not in the future.",
    )

    @model_validator(mode="after")
    def _ends_when_it_ends(self) -> Self:
        latest = datetime.now(UTC) + CLOCK_SKEW
        if fault := end_fault(self.state, self.ends_at, latest):
            raise ValueError(fault)
        return self


class StoredContract(ResponseModel):
    """A contract that was stored."""

    id: UUID
    account_id: UUID
    state: ContractState = Field(
        description="As it is stored: an end or a suspension that was decided here stays."
    )


_RESPONSES: Responses = {
    200: {"description": "The contract exists and is up to date."},
    201: {"description": "The contract was created.", "model": StoredContract},
    **problems.documented("contract_decided_here", "contract_incomplete", "contract_started_here"),
}


@router.put("/{contract_id}", operation_id="putContract", responses=_RESPONSES)
async def put_contract(
    contract_id: UUID,
    contract: ContractInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    engine: EngineDep,
    *,
    request: Request,
    response: Response,
) -> StoredContract:
    """Create or replace a contract that exists in the operator's systems. Idempotent.

    A field that is left out becomes empty. A contract that was started here is not told. What was
    decided here, an end or a suspension, stays; `contract_decided_here` says that the contract is
    told as if it had not been, or that a told end is carried out already. Access to a service
    lasts as long as one of its contracts does; one that was over when it was first told ends none.
    """
    user = contract.user.key("/user/code") if contract.user else None
    told = contract.model_dump(exclude={"user", "services"})
    services = tuple(contract.services)
    facts = ToldContract(id=contract_id, services=services, user=user, **told)
    zone = parts_of(request).approvals.zone
    put = await tell(engine, facts, zone, actor=admitted.actor)
    if put.created:
        response.status_code = 201
    return StoredContract(id=contract_id, account_id=contract.account_id, state=put.state)
