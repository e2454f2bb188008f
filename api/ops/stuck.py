"""What is stuck: listed, counted, and one row's whole story."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import pagination, problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.ops.filters import Which
from api.ops.schemas import (
    Groups,
    GroupShape,
    StepShape,
    StuckEvent,
    StuckPage,
    StuckShape,
    StuckStory,
    WaitingShape,
)
from domain.ops.stuck_reasons import StuckKind
from storage.database import Connection
from storage.ops import stuck_queries
from storage.ops.stuck_queries import Place

router = APIRouter(prefix="/v1/ops/stuck", tags=["operations"], route_class=GuardedRoute)

OPERATIONS = Allow(roles=(StaffRole.OPS,))
Operator = Annotated[Authorized, Depends(OPERATIONS)]


@router.get("", operation_id="listStuck", responses=pagination.RESPONSES)
def list_stuck(
    _admitted: Operator, database: Store, page: pagination.Asked, which: Which
) -> StuckPage:
    """What needs a decision, or is being carried out after one; stuck the longest first."""
    after = page.place("stuck", Place)
    with database.reading() as connection:
        rows = stuck_queries.stuck(connection, which, after=after, limit=page.limit + 1)
    shown, following = page.cut("stuck", rows, lambda row: (row.since, row.id))
    return StuckPage(items=[StuckShape.of(row) for row in shown], next=following)


@router.get("/groups", operation_id="countStuck")
def count_stuck(_admitted: Operator, database: Store, which: Which) -> Groups:
    """How much is stuck, by target, reason and kind."""
    with database.reading() as connection:
        rows = stuck_queries.groups(connection, which)
    return Groups(items=[GroupShape.of(row) for row in rows])


# An id only: other words after /stuck/ are routes of their own.
@router.get("/{stuck_id:uuid}", operation_id="getStuck", responses=problems.documented("not_found"))
def get_stuck(stuck_id: UUID, _admitted: Operator, database: Store) -> StuckStory:
    """The whole story of what is or was stuck: its process, what waits behind it, who did what."""
    with database.snapshot() as connection:
        return _story(connection, stuck_id)


def _story(connection: Connection, id_: UUID) -> StuckStory:
    row = stuck_queries.read(connection, id_)
    if row is None:
        raise Problem("not_found")
    steps = stuck_queries.steps_of(connection, row.process_id) if row.process_id else []
    behind = stuck_queries.behind(connection, id_)
    waiting = behind[0].all if behind else 0
    if row.kind == StuckKind.PAUSED and row.state != "closed":
        waiting = stuck_queries.waiting_for(connection, row.target)
    events = stuck_queries.events_of(connection, id_)
    return StuckStory.of(
        row,
        steps=[StepShape.model_validate(step, from_attributes=True) for step in steps],
        blocked_steps=[WaitingShape.model_validate(each, from_attributes=True) for each in behind],
        blocked_count=waiting,
        events=[StuckEvent.model_validate(event, from_attributes=True) for event in events],
        earlier_events=events[0].all - len(events) if events else 0,
    )
