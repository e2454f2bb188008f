"""Limits on how much of this process one caller gets: a rate, and how many requests at once.

They keep one caller's flood from the others, and are counted in memory for each process: how many
processes there are, the operator knows. What must hold over all of them (SMS, codes, refreshes) is
counted in the database.
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable, MutableMapping
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter as Meter
from starlette.types import ASGIApp, Receive, Scope, Send

from api.auth.errors import TooManyRequests
from api.auth.principals import Caller, ClientCaller, PersonCaller, StaffCaller
from domain.rates import Rate


@dataclass(frozen=True, slots=True)
class CallerLimit:
    """Limits of one caller."""

    rate: Rate
    concurrency: int
    """Requests in progress at once."""


@dataclass(frozen=True, slots=True)
class CallerLimits:
    """Limits of each caller, by kind."""

    program: CallerLimit
    person: CallerLimit
    """Also of each member of staff."""


_LEAVE = "leave_limits"


class ClientLimits:
    """Counts the requests of each caller. Belongs to one event loop; ``clock`` is in seconds.

    A program is one caller whoever it acts for; a person is one at whichever login; staff are
    counted like persons.
    """

    def __init__(
        self, limits: CallerLimits, refused: Meter, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._program = _Counted(limits.program)
        self._person = _Counted(limits.person)
        self._refused = refused
        self._clock = clock

    def enter(self, caller: Caller, state: MutableMapping[str, Any]) -> None:
        """Count a request, once; ``state`` is its own. Raises TooManyRequests."""
        if _LEAVE in state:
            return
        counted = self._program if isinstance(caller, ClientCaller) else self._person
        try:
            state[_LEAVE] = counted.enter(_subject(caller), self._clock())
        except TooManyRequests as reached:
            self._refused.labels(caller.client_id, reached.limit).inc()
            raise

    def count_more(self, caller: Caller, items: int) -> None:
        """Count what a request asks for beyond its first item, each like a request.

        It was let in, so it is answered: what goes beyond the caller's burst is waited for by its
        next request. Otherwise a caller whose burst is smaller than a batch could never send one.
        """
        counted = self._program if isinstance(caller, ClientCaller) else self._person
        counted.count(_subject(caller), items, self._clock())


class LeaveLimits:
    """Pure ASGI middleware: a request that has ended is no longer one in progress."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if leave := scope.get("state", {}).get(_LEAVE):
                leave()


def _subject(caller: Caller) -> Hashable:
    match caller:
        case ClientCaller(issuer=issuer, client_id=client_id):
            return issuer, client_id
        case PersonCaller(person=person):
            return person
        case StaffCaller(issuer=issuer, subject=subject):
            return issuer, subject


class _Counted:
    """The generic cell rate algorithm (GCRA, ITU-T I.371), and the requests in progress.

    A subject is remembered only as long as it differs from one that never sent anything.
    """

    def __init__(self, limit: CallerLimit) -> None:
        self._step = limit.rate.step.total_seconds()
        self._burst = limit.rate.span.total_seconds() - self._step
        self._concurrency = limit.concurrency
        self._due: dict[Hashable, float] = {}
        """When a subject's burst will be whole again."""
        self._forget_at = float("-inf")
        self._active: Counter[Hashable] = Counter()

    def enter(self, subject: Hashable, now: float) -> Callable[[], None]:
        if self._active[subject] >= self._concurrency:
            raise TooManyRequests("concurrency", self._step)
        due = max(self._due.get(subject, now), now)
        if due - now > self._burst:
            raise TooManyRequests("rate", due - now - self._burst)
        if now >= self._forget_at:
            self._forget(now)
        self._due[subject] = due + self._step
        self._active[subject] += 1
        return lambda: self._leave(subject)

    def count(self, subject: Hashable, items: int, now: float) -> None:
        self._due[subject] = max(self._due.get(subject, now), now) + items * self._step

    def _leave(self, subject: Hashable) -> None:
        self._active[subject] -= 1
        if not self._active[subject]:
            del self._active[subject]

    def _forget(self, now: float) -> None:
        self._due = {subject: due for subject, due in self._due.items() if due > now}
        self._forget_at = now + self._burst + self._step
