"""Routes of targets: the outside systems that steps act on, and pausing them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.http import idempotency, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import Erasable, NamedActor, ReasonInput, ResponseModel
from api.ops.stuck import Operator
from api.ops.target_failures import TargetFailures
from domain.provisioning.targets import TargetKind, TargetState
from services.provisioning import targets as use_cases
from storage.provisioning import target_queries

router = APIRouter(prefix="/v1/ops/targets", tags=["targets"], route_class=GuardedRoute)

Name = Annotated[str, Path(max_length=50, description="As in the list.")]


class TargetStatus(ResponseModel):
    """An outside system that steps act on, and its current state."""

    name: str = Field(description="Name of the outside system.")
    kind: TargetKind = Field(description="What kind of system it is.")
    state: TargetState = Field(
        description="`available`; `paused`: steps wait; `probing`: one step was let through to "
        "find out whether the target works again."
    )
    paused_by: NamedActor | None = Field(
        description="The operator who paused it; null: it is available, or paused after failures."
    )
    note: Erasable = Field(
        description="What the operator wrote who paused it. Null: nobody did, it is erased, or this"
        " answers a POST."
    )
    failures: int = Field(description="How many steps failed in a row.")
    changed_at: datetime | None = Field(description="Null: its state has never changed.")
    probe_at: datetime | None = Field(
        description="When the next step is let through to probe it; null: only an operator "
        "resumes it."
    )
    failing: TargetFailures = Field(description="What fails there now.")
    waiting_steps: int = Field(description="How many steps wait for it.")
    stuck_steps: int = Field(description="How many of its steps are stuck.")
    stuck_id: UUID = Field(
        description="Id of its stuck item while it is paused, and `subject_id` of its events."
    )
    version: int = Field(description="Goes up whenever it is paused or resumed.")

    @classmethod
    def of(cls, status: target_queries.TargetStatus) -> Self:
        by = NamedActor.of(status.paused_by) if status.paused_by else None
        failing = TargetFailures.of(status.failing)
        changed: dict[str, Any] = {"paused_by": by, "failing": failing, "stuck_id": status.item_id}
        same = cls.model_fields.keys() - changed.keys()
        return cls(**{name: getattr(status, name) for name in same}, **changed)


class TargetDecision(ReasonInput):
    """Why a target is paused or resumed, and which version of it the caller has seen."""

    version: int | None = Field(
        None,
        ge=1,
        le=2**31 - 1,
        description="The target's version, as it was read: where it was paused or resumed since,"
        " nothing changes (`target_changed`). Without it what the target is now counts.",
    )


class Targets(ResponseModel):
    """All targets, by name."""

    items: list[TargetStatus]


@router.get("", operation_id="listTargets")
def list_targets(_admitted: Operator, database: Store) -> Targets:
    """List all targets, by name."""
    with database.reading() as connection:
        found = target_queries.every_target(connection)
    return Targets(items=[TargetStatus.of(status) for status in found])


@router.get("/{name}", operation_id="getTarget", responses=problems.documented("not_found"))
def get_target(name: Name, _admitted: Operator, database: Store) -> TargetStatus:
    """Return one target."""
    with database.reading() as connection:
        return TargetStatus.of(use_cases.read_target(connection, name))


_CHANGED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "target_changed")
)


@router.post(
    "/{name}/pause",
    operation_id="pauseTarget",
    response_model=TargetStatus,
    responses=_CHANGED,
)
async def pause_target(
    name: Name, made: TargetDecision, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Pause a target: no step goes to it until an operator resumes it.

    A target that was paused after failures is then paused by the caller, and no longer probed. One
    that an operator has paused already stays as it is.
    """

    async def pause(_: UUID) -> Done:
        status = await run_in_threadpool(
            use_cases.pause_target,
            database,
            name,
            actor=admitted.actor,
            reason=made.reason,
            version=made.version,
        )
        return Done(200, TargetStatus.of(status).to_keep())

    return await once(admitted, pause)


@router.post(
    "/{name}/resume",
    operation_id="resumeTarget",
    response_model=TargetStatus,
    responses=_CHANGED,
)
async def resume_target(
    name: Name, made: TargetDecision, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Resume a target: waiting steps continue, VOLITUS_TARGET_RESUME_RATE a second.

    A target that is available stays as it is.
    """

    async def resume(_: UUID) -> Done:
        status = await run_in_threadpool(
            use_cases.resume_target,
            database,
            name,
            actor=admitted.actor,
            reason=made.reason,
            version=made.version,
        )
        return Done(200, TargetStatus.of(status).to_keep())

    return await once(admitted, resume)
