"""The plan of a process of several items, for tests, and its steps."""

from collections.abc import Iterator
from uuid import UUID

from pydantic import BaseModel

from domain.provisioning.steps import Decision, Stage, Step

PROCESS = "resend"
DECISIONS = (Decision.RETRY, Decision.ABORT, Decision.FAIL)


class PlannedWrites(BaseModel, frozen=True):
    """One item: it writes to these services, one after the other."""

    name: str
    services: tuple[str, ...]
    after: frozenset[str] = frozenset()
    looks: bool = False
    """Before each write it reads the service, so that an undo can put back what was there."""
    has_pivot: bool = False
    """Its last write is its point of no return."""


class ItemsStart(BaseModel, frozen=True):
    """Input of ScriptedItems. ``history_limit``: events after which it continues as new."""

    process_id: UUID
    items: tuple[PlannedWrites, ...]
    is_urgent: bool = False
    history_limit: int = 10**6


def steps_of_item(start: ItemsStart, item: PlannedWrites) -> Iterator[Step]:
    """The steps ``<item>-1``, ``<item>-2``, …; ``look-<item>-1`` comes before ``<item>-1``."""
    for number, service in enumerate(item.services, 1):
        is_pivot = item.has_pivot and number == len(item.services)
        if item.looks:
            yield _step(start, item, f"look-{item.name}-{number}", service)
        stage = Stage.PIVOT if is_pivot else Stage.REVERSIBLE
        action = f"{item.name}-{number}"
        yield _step(start, item, action, service, stage=stage, can_undo=not is_pivot)


def steps_of(start: ItemsStart) -> list[Step]:
    """Every step of the process."""
    return [each for item in start.items for each in steps_of_item(start, item)]


def _step(
    start: ItemsStart,
    item: PlannedWrites,
    action: str,
    service: str,
    *,
    stage: Stage = Stage.REVERSIBLE,
    can_undo: bool = False,
) -> Step:
    return Step(
        process=PROCESS,
        process_id=start.process_id,
        action=action,
        item=item.name,
        resource=f"service/{service}",
        urgent=start.is_urgent,
        stage=stage,
        can_undo=can_undo,
        allowed_decisions=DECISIONS,
    )
