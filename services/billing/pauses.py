"""Questions that rest for a while, because billing has just failed to answer them."""

import time
from collections.abc import Callable
from datetime import timedelta

from storage.billing.snapshots import Subject

_SEVERAL = 2
"""So many different subjects failed, and none was answered between: it is not about them."""


class Pauses:
    """The pauses of one process. Not thread-safe: used from its event loop alone.

    A subject that failed is left alone for a while, so that its reader's next click does not wait
    again. Where several different ones failed in a row, billing as a whole is.
    """

    def __init__(self, pause: timedelta, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause.total_seconds()
        self._clock = clock
        self._until: dict[Subject, float] = {}
        self._all_until = 0.0
        self._failed: set[Subject] = set()

    def left(self, subject: Subject) -> float:
        """Return for how many seconds this is not to be asked; zero: it may be."""
        until = max(self._all_until, self._until.get(subject, 0.0))
        return max(until - self._clock(), 0.0)

    def refused(self, subject: Subject) -> None:
        """Billing answers, but not this."""
        self._failed.clear()
        self._leave_alone(subject, self._clock())

    def failed(self, subject: Subject) -> None:
        """Billing did not answer this."""
        now = self._clock()
        self._leave_alone(subject, now)
        self._failed.add(subject)
        if len(self._failed) >= _SEVERAL:
            self._all_until = now + self._pause

    def answered(self, subject: Subject) -> None:
        """Billing answered this."""
        self._until.pop(subject, None)
        self._failed.clear()

    def _leave_alone(self, subject: Subject, now: float) -> None:
        self._until = {each: until for each, until in self._until.items() if until > now}
        self._until[subject] = now + self._pause
