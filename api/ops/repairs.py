"""Repairing processes whose workflow failed, is missing or has closed."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.http import accepted, idempotency, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.ops.decisions import DecisionInput
from api.ops.refusals import explained
from api.ops.schemas import StuckItem
from api.ops.stuck import Operator
from domain.ops.repairs import Repair
from services.ops.workflow_repair import repair
from storage.ops.workflow_problems import NewRepair

router = APIRouter(prefix="/v1/ops/stuck", tags=["stuck"], route_class=GuardedRoute)


class RepairInput(DecisionInput):
    """Repair of a broken process."""

    repair: Repair = Field(
        description="`reset`: run the workflow's last task again; `restart`: start the workflow"
        " again from the database; `close`: end the process as it is, with nothing undone."
    )


@router.post(
    "/{stuck_id:uuid}/repair",
    operation_id="repairStuckItem",
    response_model=StuckItem,
    responses=problems.together(
        idempotency.RESPONSES | accepted.UNAVAILABLE,
        problems.documented(
            "not_found", "stuck_changed", "stuck_decision_refused", "stuck_no_more"
        ),
    ),
)
async def repair_stuck_item(
    stuck_id: UUID, made: RepairInput, admitted: Operator, *, once: OnceOnly, engine: EngineDep
) -> Response:
    """Repair a broken process, in one of the ways in `allowed_decisions`.

    The process is checked once more before: one that runs by now is no longer stuck. Where
    Temporal is unavailable, nothing is done.
    """

    async def work(request: UUID) -> Done:
        new = NewRepair(made.repair, made.version, admitted.actor, made.reason, request)
        with explained():
            item = await repair(engine, stuck_id, new)
        return Done(200, StuckItem.of(item).to_keep())

    return await once(admitted, work)
