"""Use cases: preview, start and cancel a bulk retry."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.audit import Actor
from domain.ops.bulk_retries import BulkRetry
from domain.ops.stuck_items import StuckItem
from domain.ops.stuck_subjects import StuckSubject
from services import launcher
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.database import Connection
from storage.ops import bulk_retries, bulk_retry_queries, stuck_queries, stuck_subjects
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.bulk_retry_queries import PreviewGroup
from storage.ops.stuck_queries import Filter
from storage.requests.operations import NotCancellable

_SAMPLES = 10
"""Items that a preview shows."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Preview of a bulk retry: in total, and by target and reason."""

    everything: bool
    """No filter was given."""
    groups: list[PreviewGroup]
    samples: list[tuple[StuckItem, StuckSubject]] = field(default_factory=list)
    """The first items that match, and what each is about."""

    @property
    def total(self) -> int:
        """Items that match."""
        return sum(group.total for group in self.groups)

    @property
    def would_retry(self) -> int:
        """Items that would be retried."""
        return sum(group.would_retry for group in self.groups)

    @property
    def in_doubt(self) -> int:
        """Items that may have happened: never retried in bulk."""
        return sum(group.in_doubt for group in self.groups)

    @property
    def refused(self) -> int:
        """Items that cannot be retried."""
        return sum(group.refused for group in self.groups)

    def sentence(self) -> str:
        """The counts for people."""
        stuck = "Without a filter, ALL" if self.everything else "With this filter,"
        return (
            f"{stuck} {self.total} stuck items match: {self.would_retry} would be retried,"
            f" {self.in_doubt} are in doubt and not retried, {self.refused} cannot be retried."
        )


def preview(connection: Connection, which: Filter) -> Preview:
    """Count what a bulk retry would do now, with samples. Nothing is changed."""
    items = stuck_queries.page(connection, which, after=None, limit=_SAMPLES)
    about = stuck_subjects.subjects(connection, [item.id for item in items])
    return Preview(
        which == Filter(),
        bulk_retry_queries.preview(connection, which),
        [(item, about.get(item.id, StuckSubject())) for item in items],
    )


@dataclass(frozen=True, slots=True)
class Started:
    """A bulk retry that was recorded. ``begun``: its workflow runs; else a worker starts it."""

    bulk_retry: BulkRetry
    begun: bool


async def start(engine: Engine, operation_id: UUID, new: NewBulkRetry) -> Started:
    """Record a bulk retry with the items that match now, then start its workflow.

    Where Temporal is unavailable a worker starts it later. Repeating changes nothing.
    """
    retry = await engine.write(lambda session: bulk_retries.request(session, operation_id, new))
    return Started(retry, begun=await launcher.start(engine, operation_id))


async def cancel(engine: Engine, operation_id: UUID, actor: Actor, reason: str) -> BulkRetry:
    """End a bulk retry: items that it has not reached stay as they are. Repeating changes nothing.

    Raises NotFound, or Refused with ``not_cancellable``: it has ended by itself, or is no bulk
    retry.
    """
    try:
        return await engine.write(
            lambda session: bulk_retries.cancel(session, operation_id, actor, reason)
        )
    except LookupError:
        raise NotFound from None
    except NotCancellable:
        raise Refused("not_cancellable") from None
