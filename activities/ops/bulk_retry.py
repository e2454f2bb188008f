"""Carrying out a retry in bulk: row after row, at its rate, from wherever the last one came to."""

import random
import time
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.heartbeat import heartbeating
from domain.provisioning.targets import Target
from storage.database import Database
from storage.ops import bulk_retries
from storage.ops.bulk_retries import Progress

_SHIFT = timedelta(minutes=10)
"""Of one activity: then its slot is free for others, and the workflow asks for the next."""
_CATCH_UP = 0.25
"""Seconds of lateness that are made up for; what is later than that stays late."""


class BulkRetryStart(BaseModel, frozen=True):
    """Which operation it is; all else is in the database."""

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

    target: ClassVar[Target | None] = None

    def __init__(self, database: Database, rate: float) -> None:
        self._database = database
        self._rate = rate

    @activity.defn(name="ops.retry_batch")
    def retry_batch(self, start: BulkRetryStart) -> bool:
        """Retry what is left. True: there may be more, and the shift or the worker ends.

        The processes are woken by the caretaker. Whoever dies here leaves each row decided with
        its result, or untouched.
        """
        end, pace = time.monotonic() + _SHIFT.total_seconds(), Pace()
        with heartbeating() as tell:
            while (progress := self._next(start.operation_id)) is not None:
                tell(progress.done, progress.total)
                activity.wait_for_worker_shutdown_sync(pace.wait(progress.rate or self._rate))
                if activity.is_worker_shutdown() or time.monotonic() > end:
                    return True
        return False

    def _next(self, operation_id: UUID) -> Progress | None:
        with self._database.transaction() as session:
            return bulk_retries.carry_on(session, operation_id)
