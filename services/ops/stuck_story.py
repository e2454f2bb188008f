"""Use case: read everything about one stuck item."""

from dataclasses import dataclass
from uuid import UUID

from domain.ops.process_steps import ProcessStep
from domain.ops.resolutions import StuckState
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_reasons import StuckKind
from domain.ops.stuck_subjects import StuckSubject
from domain.provisioning.target_failures import TargetFailures
from services.errors import NotFound
from storage.database import Connection
from storage.ops import process_step_queries, stuck_queries, stuck_story_queries, stuck_subjects
from storage.ops.stuck_story_queries import BlockedStep, StuckEvent
from storage.provisioning import target_failure_queries


@dataclass(frozen=True, slots=True)
class StuckStory:
    """An item and what it is about, the steps of its process, those that it blocks, its events."""

    item: StuckItem
    subject: StuckSubject
    steps: list[ProcessStep]
    """Of its process, in the order in which they began."""
    blocked_steps: list[BlockedStep]
    """The first 100."""
    failing: TargetFailures | None
    """What fails at the target; None: the item is about no paused target."""
    blocked_count: int
    """Number of steps that wait for its process or, where a target is paused, for the target."""
    events: list[StuckEvent]
    """The newest 200, oldest first."""
    earlier_events: int
    """Number of events before those."""


def read(connection: Connection, item_id: UUID) -> StuckStory:
    """Read the story of an item, closed or not. Raises NotFound."""
    item = stuck_queries.read(connection, item_id)
    if item is None:
        raise NotFound
    failing = None
    blocked, count = stuck_story_queries.blocked_steps(connection, item_id)
    if item.kind is StuckKind.PAUSED and item.state is not StuckState.CLOSED and item.target:
        count = stuck_story_queries.waiting_for(connection, item.target)
        failing = target_failure_queries.failing_at(connection, item.target)
    events, number = stuck_story_queries.events_of(connection, item_id)
    return StuckStory(
        item=item,
        subject=stuck_subjects.subject(connection, item_id),
        steps=process_step_queries.steps_of(connection, item.process_id) if item.process_id else [],
        blocked_steps=blocked,
        failing=failing,
        blocked_count=count,
        events=events,
        earlier_events=number - len(events),
    )
