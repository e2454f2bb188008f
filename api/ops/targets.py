"""Targets: the outside systems, how they do, and operations' hand on them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from api.http import idempotency, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import Actor, ReasonInput, ResponseModel
from api.ops.stuck import Operator
from domain import audit
from domain.provisioning.targets import Target
from storage.database import Database, Session
from storage.ops import stuck_queries
from storage.provisioning import targets
from storage.provisioning.targets import WrongState

router = APIRouter(prefix="/v1/ops/targets", tags=["operations"], route_class=GuardedRoute)

Name = Annotated[str, Path(max_length=50, description="As in the list.")]
Change = Callable[[Session, Target, audit.Actor, str], Row[Any]]


class TargetShape(ResponseModel):
    """An outside system, as steps find it."""

    name: str
    state: str = Field(
        description="`open`; `paused`: steps wait; `half_open`: one step sees if it works again."
    )
    paused_by: Actor | None = Field(description="Null: it is open, or was paused by itself.")
    reason: str = Field(description="Why it is paused.")
    failures: int = Field(description="In a row.")
    changed_at: datetime | None = Field(description="Null: it never did.")
    until: datetime | None = Field(
        description="When one step is let through to see; null: only operations resume it."
    )
    waiting: int = Field(description="How many steps wait for it.")
    stuck: int = Field(description="How many of its steps are stuck.")

    @classmethod
    def of(cls, row: Any) -> Self:
        """From a row with these columns."""
        told = {name: getattr(row, name) for name in cls.model_fields if name != "paused_by"}
        return cls(paused_by=row.by, **told)


class Targets(ResponseModel):
    """All of them."""

    items: list[TargetShape]


@router.get("", operation_id="listTargets")
def list_targets(_admitted: Operator, database: Store) -> Targets:
    """Every outside system, by name."""
    with database.reading() as connection:
        rows = stuck_queries.targets(connection)
    return Targets(items=[TargetShape.of(row) for row in rows])


@router.get("/{name}", operation_id="getTarget", responses=problems.documented("not_found"))
def get_target(name: Name, _admitted: Operator, database: Store) -> TargetShape:
    """One outside system."""
    return _read(database, name)


def _read(database: Database, name: str) -> TargetShape:
    if name not in set(Target):
        raise Problem("not_found")
    with database.reading() as connection:
        (row,) = stuck_queries.targets(connection, name)
    return TargetShape.of(row)


_CHANGED = problems.together(
    idempotency.RESPONSES, problems.documented("not_found", "target_unchanged")
)


@router.post(
    "/{name}/pause",
    operation_id="pauseTarget",
    response_model=TargetShape,
    responses=_CHANGED,
)
async def pause_target(
    name: Name, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Let no step go to it, until somebody resumes it. One that pauses by itself stays paused."""

    async def pause(_: UUID) -> Done:
        return await _change(database, targets.pause, name, admitted.actor, why.reason)

    return await once(admitted, pause)


@router.post(
    "/{name}/resume",
    operation_id="resumeTarget",
    response_model=TargetShape,
    responses=_CHANGED,
)
async def resume_target(
    name: Name, why: ReasonInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Let steps go to it again: those that wait go on little by little."""

    async def resume(_: UUID) -> Done:
        return await _change(database, targets.resume, name, admitted.actor, why.reason)

    return await once(admitted, resume)


async def _change(
    database: Database, change: Change, name: str, actor: audit.Actor, why: str
) -> Done:
    shown = await run_in_threadpool(_changed, database, change, name, actor, why)
    return Done(200, shown.model_dump(mode="json"))


def _changed(
    database: Database, change: Change, name: str, actor: audit.Actor, why: str
) -> TargetShape:
    if name not in set(Target):
        raise Problem("not_found")
    try:
        with database.transaction() as session:
            change(session, Target(name), actor, why)
    except WrongState:
        raise Problem("target_unchanged") from None
    return _read(database, name)
