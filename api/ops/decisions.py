"""Routes that decide about one stuck item."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from api.http import idempotency, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, Once, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.ops.refusals import explained
from api.ops.schemas import StuckItem
from api.ops.stuck import Operator
from domain.provisioning.steps import Decision
from services.engine import Engine
from services.ops.decide import decide
from storage.ops.decisions import NewDecision

router = APIRouter(prefix="/v1/ops/stuck", tags=["stuck"], route_class=GuardedRoute)

InputName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
Correction = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]


class DecisionInput(ReasonInput):
    """The version that a decision is about, and why it is made."""

    version: int = Field(ge=1, le=2**31 - 1, description="The item's version, as it was read.")


class RetryInput(DecisionInput):
    """A retry, perhaps with corrected inputs."""

    correction: dict[InputName, Correction] = Field(
        default={}, max_length=10, description="By name; the names are in `correctable_inputs`."
    )


class DecideStuckItem:
    """Decides about an item for one request."""

    def __init__(self, admitted: Operator, engine: EngineDep, once: OnceOnly):
        self._admitted = admitted
        self._engine: Engine = engine
        self._once: Once = once

    async def __call__(
        self,
        id_: UUID,
        decision: Decision,
        made: DecisionInput,
        correction: Mapping[str, str] | None = None,
    ) -> Response:
        """Answer with the item after the decision. Raises Problem where it is refused."""

        async def work(request: UUID) -> Done:
            new = NewDecision(
                decision,
                made.version,
                self._admitted.actor,
                made.reason,
                correction or {},
                request,
            )
            with explained():
                decided = await decide(self._engine, id_, new)
            return Done(200, StuckItem.of(decided.item).to_keep())

        return await self._once(self._admitted, work)


Decide = Annotated[DecideStuckItem, Depends()]

_RESPONSES = problems.together(
    idempotency.RESPONSES,
    problems.documented("not_found", "stuck_changed", "stuck_decision_refused", "stuck_no_more"),
)


@router.post(
    "/{stuck_id:uuid}/retry",
    operation_id="retryStuckItem",
    response_model=StuckItem,
    responses=_RESPONSES,
)
async def retry_stuck_item(stuck_id: UUID, made: RetryInput, decide_item: Decide) -> Response:
    """Retry a step. A step in doubt is asked about first, where its target can be asked."""
    return await decide_item(stuck_id, Decision.RETRY, made, made.correction)


@router.post(
    "/{stuck_id:uuid}/skip",
    operation_id="skipStuckItem",
    response_model=StuckItem,
    responses=_RESPONSES,
)
async def skip_stuck_item(stuck_id: UUID, made: DecisionInput, decide_item: Decide) -> Response:
    """Continue the process without this step."""
    return await decide_item(stuck_id, Decision.SKIP, made)


@router.post(
    "/{stuck_id:uuid}/abort",
    operation_id="abortStuckItem",
    response_model=StuckItem,
    responses=_RESPONSES,
)
async def abort_stuck_item(stuck_id: UUID, made: DecisionInput, decide_item: Decide) -> Response:
    """End the process. Its steps that were done are undone, the newest first."""
    return await decide_item(stuck_id, Decision.ABORT, made)


@router.post(
    "/{stuck_id:uuid}/fail",
    operation_id="failStuckItem",
    response_model=StuckItem,
    responses=_RESPONSES,
)
async def fail_stuck_item(stuck_id: UUID, made: DecisionInput, decide_item: Decide) -> Response:
    """End only the item that the step belongs to, and undo what was done of it.

    Other items of the process continue, but for those that need this one.
    """
    return await decide_item(stuck_id, Decision.FAIL, made)
