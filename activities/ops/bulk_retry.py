"""Activity of bulk retries: item after item, at a rate, from where the last attempt stopped."""

import random
import time
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.heartbeat import heartbeating
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.ops import bulk_retry_items
from storage.ops.bulk_retry_items import Progress

_SHIFT = timedelta(minutes=10)
"""How long one activity runs; then its slot is free, and the workflow starts the next."""
_CATCH_UP = 0.25
"""Seconds of lateness that are caught up; what is later than that stays late."""


class BulkRetryStart(BaseModel, frozen=True):
    """Start of a bulk retry: all else is in the database."""

    operation_id: UUID


class Pace:
    """Evenly spread moments, each a little earlier or later than its turn."""

    def __init__(self) -> None:
        self._due = time.monotonic()

    def wait(self, rate: float) -> float:
        """Seconds until the next one, at this many a second."""
        now, between = time.monotonic(), 1 / rate
        self._due = max(self._due + between, now - _CATCH_UP)
        jitter = random.uniform(-0.2, 0.2) * between  # noqa: S311 # not a secret
        return max(self._due + jitter - now, 0)


class BulkRetryActivities:
    """Activities of BulkRetry."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database, rate: float) -> None:
        self._database = database
        self._rate = rate

    @activity.defn(name="ops.retry_batch")
    def retry_batch(self, start: BulkRetryStart) -> bool:
        """Retry the items that are left; True: there may be more, and the shift or worker ends.

        The worker wakes the items' processes later. A worker that dies here leaves each item
        decided with its result, or unchanged.
        """
        end, pace = time.monotonic() + _SHIFT.total_seconds(), Pace()
        with heartbeating() as beat:
            while (progress := self._next(start.operation_id)) is not None:
                beat(progress.done, progress.total)
                activity.wait_for_worker_shutdown_sync(pace.wait(progress.rate or self._rate))
                if activity.is_worker_shutdown() or time.monotonic() > end:
                    return True
        return False

    def _next(self, operation_id: UUID) -> Progress | None:
        with self._database.transaction() as session:
            return bulk_retry_items.retry_next(session, operation_id)
