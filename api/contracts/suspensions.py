"""/v1/contracts/{id}/suspend and /resume: after a loss or a theft, at once."""

from enum import StrEnum
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contracts.contracts import Confirmer
from api.delegations.requester import Acting
from api.http import accepted, problems
from api.http.accepted import accepted as answer
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from domain.contracts.reasons import SuspendReason
from domain.contracts.states import ContractState
from services.contracts import suspensions
from services.contracts.suspensions import Asker
from storage.contracts.rows import StoredContract

router = APIRouter(
    prefix="/v1/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)
SUSPENDED = problems.together(
    accepted.RESPONSES, problems.documented("contract_not_in_force", "not_found", "not_permitted")
)
_SUSPENDED = problems.together(SUSPENDED, problems.documented("contract_has_other_services"))
RESUMED = problems.together(
    SUSPENDED, problems.documented("host_suspended", "suspended_by_operator")
)
_RESUMED = problems.together(RESUMED, problems.documented("step_up_needed"))


class LossReason(StrEnum):
    """Why a contract is to be suspended."""

    LOST = "lost"
    STOLEN = "stolen"


class SuspendContract(RequestModel):
    """A loss or a theft."""

    reason: LossReason


class ContractSuspension(ResponseModel):
    """How a contract stands, and the order that the network gets."""

    contract_id: UUID
    state: ContractState = Field(description="`ending`: it is, suspended or not, until its end.")
    suspended: SuspendReason | None
    order_id: UUID | None = Field(
        description="The order that shuts its services off, or opens them. Null: there was none."
    )

    @classmethod
    def of(cls, contract: StoredContract) -> Self:
        """Return how a contract stands."""
        return cls(
            contract_id=contract.id,
            state=contract.state,
            suspended=contract.suspend_reason,
            order_id=contract.suspend_order_id,
        )


def done(contract: StoredContract) -> Done:
    """Answer 202; the order, where there is one, tells how far the network is."""
    order_id = contract.suspend_order_id
    path = f"contracts/{contract.id}" if order_id is None else f"orders/{order_id}"
    return answer(f"/v1/{path}", ContractSuspension.of(contract))


@router.post(
    "/suspend",
    operation_id="suspendContract",
    status_code=202,
    response_model=ContractSuspension,
    responses=_SUSPENDED,
)
async def suspend_contract(
    contract_id: UUID, wanted: SuspendContract, who: Acting, once: OnceOnly
) -> Response:
    """Suspend a contract after a loss or a theft: its services are shut off ahead of all else.

    For those with `restriction:set` on its services, and for who uses all of them. A Mobiil-ID that
    rests on them is suspended as well. What is reported lost or stolen stays as it is; what the
    operator suspended is lost or stolen then. Repeatable.
    """
    reason, asker = SuspendReason(wanted.reason), Asker(who.actor, who.person_id)

    async def carry_out(_: UUID) -> Done:
        return done(await suspensions.suspend(who.engine, contract_id, reason, asker))

    return await once(who.admitted, carry_out, who.person_id)


@router.post(
    "/resume",
    operation_id="resumeContract",
    status_code=202,
    response_model=ContractSuspension,
    responses=_RESUMED,
)
async def resume_contract(contract_id: UUID, who: Confirmer, once: OnceOnly) -> Response:
    """End the suspension of a contract by your own fresh login: its services are opened again.

    For those with `restriction:set` on its services; of a Mobiil-ID for its user alone, and not
    before the service that it rests on. Not for who only uses the service. What another contract
    shuts off stays shut off; what the operator suspends as well is `told` then. Repeatable.
    """
    asker = Asker(who.actor, who.person_id)

    async def carry_out(_: UUID) -> Done:
        return done(await suspensions.resume(who.engine, contract_id, asker))

    return await once(who.admitted, carry_out, who.person_id)
