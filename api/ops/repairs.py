"""Mending processes whose own workflow does not go on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.http import accepted, idempotency, problems
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.ops.decisions import DecisionInput
from api.ops.refusals import explained
from api.ops.schemas import StuckItem
from api.ops.stuck import Operator
from api.parts import parts_of
from domain.ops.repairs import Fix
from services.ops.decide import refusals
from services.ops.workflow_repair import Fixing
from services.temporal import reaching_temporal
from storage.ops.workflow_problems import Fixed

router = APIRouter(prefix="/v1/ops/stuck", tags=["stuck"], route_class=GuardedRoute)

_SECONDS = 20.0


async def _fixing(request: Request) -> Fixing:
    engine = parts_of(request).engine
    return Fixing(engine.database, engine.temporal, engine.task_queue)


Fixer = Annotated[Fixing, Depends(_fixing)]


class FixInput(DecisionInput):
    """How to fix it."""

    fix: Fix = Field(
        description="`reset`: do the workflow's last task again; `restart`: start it again from"
        " the database's state; `close`: end the process as it is, with nothing undone."
    )


@router.post(
    "/{stuck_id:uuid}/fix",
    operation_id="fixStuck",
    response_model=StuckItem,
    responses=problems.together(
        idempotency.RESPONSES | accepted.UNAVAILABLE,
        problems.documented(
            "not_found", "stuck_changed", "stuck_decision_refused", "stuck_no_more"
        ),
    ),
)
async def fix_stuck(
    stuck_id: UUID, judged: FixInput, admitted: Operator, *, once: OnceOnly, fixing: Fixer
) -> Response:
    """Fix a process whose own workflow does not go on; `allowed_decisions` says how it can be.

    It is looked at once more before: one that goes on by now is no longer stuck. Where Temporal is
    away, nothing is done.
    """

    async def fix(request: UUID) -> Done:
        fixed = Fixed(judged.fix, judged.version, admitted.actor, judged.reason, request)
        with explained(), refusals():
            async with reaching_temporal(_SECONDS):
                row = await fixing.fix(stuck_id, fixed)
        return Done(200, StuckItem.of(row).model_dump(mode="json"))

    return await once(admitted, fix)
