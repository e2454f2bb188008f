"""Notices by a bank's server, each posted once: nobody repeats a bank link's notice."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx
from anyio import create_task_group
from anyio.abc import TaskGroup

from simulators.bank.notices import Notice
from simulators.bank.payments import Clock, Payment, Sent

_HEADERS = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that is sent later by the clock, with the content that it has then."""

    payment: Payment
    due: datetime


class Sender:
    """Posts notices from a task of their own, or when it is told to wait."""

    def __init__(self, clock: Clock, ways: Mapping[str, str]) -> None:
        self._clock = clock
        self._ways = ways
        self._held: list[Held] = []
        self._tasks: TaskGroup
        self._http: httpx.AsyncClient

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Send while the block runs; what is not sent at its end never is."""
        async with (
            httpx.AsyncClient(timeout=10, trust_env=False) as self._http,
            create_task_group() as self._tasks,
        ):
            yield
            self._tasks.cancel_scope.cancel()

    def soon(self, payment: Payment, notices: list[Notice]) -> None:
        """Send these one after the other, and go on."""
        self._tasks.start_soon(self.send, payment, notices)

    async def send(self, payment: Payment, notices: list[Notice]) -> None:
        """Send these one after the other."""
        for each in notices:
            sent = Sent(each.service, self._clock.now())
            payment.sent.append(sent)
            try:
                url = self._way(each.url)
                answer = await self._http.post(url, content=each.body(), headers=_HEADERS)
            except (httpx.HTTPError, httpx.InvalidURL):
                continue
            sent.status = answer.status_code

    def hold(self, payment: Payment, due: datetime) -> None:
        self._held.append(Held(payment, due))

    def due(self) -> list[Payment]:
        """Return the payments whose notices are due, and hold them no more."""
        now = self._clock.now()
        due = [each.payment for each in self._held if each.due <= now]
        self._held = [each for each in self._held if each.due > now]
        return due

    def forget(self) -> None:
        self._held.clear()

    def _way(self, url: str) -> str:
        """Return the address by which this server reaches what browsers reach at ``url``."""
        for origin, way in self._ways.items():
            if url.startswith(f"{origin}/"):
                return way + url.removeprefix(origin)
        return url
