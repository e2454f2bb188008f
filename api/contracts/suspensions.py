"""/v1/contracts/{id}/suspend and /resume: after a loss or a theft, at once."""

from enum import StrEnum
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.contracts.contracts import Confirmer
from api.delegations.refusals import as_problems
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
from services.contracts.together import Together
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
_RESUMED = problems.together(
    RESUMED,
    problems.documented(
        *("already_proposed", "approval_closed", "group_unfillable", "needs_joint_approval"),
        *("not_counted", "step_up_needed", "too_many_requests"),
    ),
)


class LossReason(StrEnum):
    """Why a contract is to be suspended."""

    LOST = "lost"
    STOLEN = "stolen"


class SuspendContract(RequestModel):
    """A loss or a theft."""

    reason: LossReason = Field(description="What happened.")


class ContractSuspension(ResponseModel):
    """How a contract stands, and the order that the network gets."""

    contract_id: UUID
    state: ContractState = Field(description="`ending`: it is, suspended or not, until its end.")
    suspended: SuspendReason | None
    order_id: UUID | None = Field(
        description="The order that shuts its services off, or opens them. Null: there was none."
    )
    approval_id: UUID | None = Field(
        description="The approval in which others are to confirm it first. Null: nobody is."
    )

    @classmethod
    def of(cls, contract: StoredContract, approval_id: UUID | None) -> Self:
        """Return how a contract stands."""
        return cls(
            contract_id=contract.id,
            state=contract.state,
            suspended=contract.suspend_reason,
            order_id=contract.suspend_order_id,
            approval_id=approval_id,
        )


def done(contract: StoredContract, approval_id: UUID | None = None) -> Done:
    """Answer 202; the order, where there is one, tells how far the network is.

    ``approval_id``: in which others are to confirm it first.
    """
    order_id = contract.suspend_order_id
    path = f"contracts/{contract.id}" if order_id is None else f"orders/{order_id}"
    if approval_id is not None:
        path = f"approvals/{approval_id}"
    return answer(f"/v1/{path}", ContractSuspension.of(contract, approval_id))


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

    Who represents the owner only together with others opens an approval, or confirms it: `Location`
    leads to it, and the contract is suspended until they have.
    """
    asker = Asker(who.actor, who.person_id)

    async def carry_out(id_: UUID) -> Done:
        with as_problems():
            jointly = Together(who.jointly(), id_)
            found = await suspensions.resume(who.engine, contract_id, asker, jointly=jointly)
        return done(found.contract, found.approval_id)

    return await once(who.admitted, carry_out, who.person_id)
