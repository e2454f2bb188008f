"""/v1/ops/contracts/{id}/end/cancel: by operations, who write down why."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.contracts.ends import CALLED_OFF
from api.contracts.schemas import Contract
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.ops.stuck import Operator
from domain.numbers.sms_texts import Language
from services.contracts.call_off import call_off
from services.contracts.reads import read_contract

router = APIRouter(
    prefix="/v1/ops/contracts/{contract_id}", tags=["contracts"], route_class=GuardedRoute
)


@router.post(
    "/end/cancel",
    operation_id="cancelContractEndByOperations",
    response_model=Contract,
    responses=CALLED_OFF,
)
async def cancel_end(
    contract_id: UUID, why: ReasonInput, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Call the end of a contract off before its moment, also one that comes from outside.

    Of two ends, the contract's own and that of a number that leaves, the one that counts: the other
    one counts then. Asked for again under another key, that one is called off too.
    """

    async def carry_out(_: UUID) -> Done:
        await call_off(engine, contract_id, None, actor=admitted.actor, note=why.reason)
        shown = await read_contract(engine, contract_id, None)
        return Done(200, Contract.of(shown, Language.ENGLISH).to_keep())

    return await once(admitted, carry_out)
