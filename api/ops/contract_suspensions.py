"""/v1/ops/contracts/{id}/suspend and /resume: by staff, on a caller's word."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.contracts.suspensions import RESUMED, SUSPENDED, ContractSuspension, LossReason, done
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.ops.stuck import Operator
from domain.contracts.reasons import SuspendReason
from services.contracts import suspensions
from services.contracts.suspensions import Asker

router = APIRouter(
    prefix="/v1/ops/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)
Staff = Annotated[Authorized, Depends(Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS)))]


class LossInput(ReasonInput):
    """A loss or a theft that somebody told, and what they said."""

    code: LossReason = Field(description="What happened.")


@router.post(
    "/suspend",
    operation_id="suspendContractForCaller",
    status_code=202,
    response_model=ContractSuspension,
    responses=SUSPENDED,
)
async def suspend_for_caller(
    contract_id: UUID, told: LossInput, admitted: Staff, engine: EngineDep, once: OnceOnly
) -> Response:
    """Suspend a contract on the word of a caller who lost the telephone. As `suspendContract`."""
    reason, asker = SuspendReason(told.code), Asker(admitted.actor, note=told.reason)

    async def carry_out(_: UUID) -> Done:
        return done(await suspensions.suspend(engine, contract_id, reason, asker))

    return await once(admitted, carry_out)


@router.post(
    "/resume",
    operation_id="resumeContractForCaller",
    status_code=202,
    response_model=ContractSuspension,
    responses=RESUMED,
)
async def resume_for_caller(
    contract_id: UUID, why: ReasonInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """End the suspension of a contract. Support may not: whoever calls must be known."""
    asker = Asker(admitted.actor, note=why.reason)

    async def carry_out(_: UUID) -> Done:
        return done((await suspensions.resume(engine, contract_id, asker)).contract)

    return await once(admitted, carry_out)
