"""Stale answers: access is ended under load and checked at once; none may be stale.

A check that begins after the commit of an ending must be answered no. One that ended before the
ending began must be answered yes. In between, either is true.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from threading import Event, Thread

import uvloop

from benchmarks.customers import Access
from benchmarks.load import Connection
from benchmarks.measuring import Line, Size, alone
from benchmarks.place import Place
from benchmarks.portal import ALLOWED, Portal, portal
from domain.audit import Actor, ActorKind
from domain.reasons import Reason
from simulators.identity.client import client_token
from storage.access import grants
from storage.access.grants import Ending
from storage.database import Database

_CONNECTIONS = 16
_NEAR = 12
"""Checks are made at most this many grants before or after the one being ended."""
_WHY = Reason("benchmark", "Ended by a benchmark").as_json()


@dataclass(frozen=True)
class Seen:
    """Results of the checks."""

    checks: int
    ended: int
    after: int
    """Checks that began after the commit that ended the checked grant."""
    stale: int
    wrongly_refused: int


@dataclass(frozen=True)
class _Check:
    number: int
    begun: float
    done: float
    allowed: bool


class _Ender(Thread):
    """Ends one grant after the other over its own connection, and notes when."""

    def __init__(self, url: str, access: Sequence[Access], enough: Event) -> None:
        super().__init__()
        self._database = Database(url, pool_size=1)
        self._access = access
        self._enough = enough
        self.begun: dict[int, float] = {}
        self.committed: dict[int, float] = {}

    def run(self) -> None:
        for number, each in enumerate(self._access):
            if self._enough.wait(0.02):
                break
            self.begun[number] = time.perf_counter()
            with self._database.transaction() as session:
                grants.end(session, [Ending(each.grant_id, _WHY)], actor=Actor(ActorKind.ENGINE))
            self.committed[number] = time.perf_counter()
        self._database.close()


def lines(place: Place, size: Size) -> list[Line]:
    """Measure the claimed number of checks."""
    with portal(place, size) as asked:
        token = client_token(asked.identity_url, "portal")
        questions = [asked.question(each, token) for each in asked.access]
        seen: Seen = alone(_seen, asked, questions, size.checks).result
    return [
        Line(
            f"Stale answers in {seen.checks:,} checks while {seen.ended:,} grants were ended",
            str(seen.stale),
            f"{seen.after:,} began after their commit",
            reach="0",
            reached=not seen.stale,
            wrong=bool(seen.stale or seen.wrongly_refused),
        )
    ]


def _seen(asked: Portal, questions: Sequence[bytes], checks: int) -> Seen:
    enough = Event()
    ender = _Ender(asked.database_url, asked.access, enough)
    ender.start()
    try:
        made = uvloop.run(_checks(asked.port, questions, checks, ender))
    finally:
        enough.set()
        ender.join()
    return _judged(made, ender)


async def _checks(
    port: int, questions: Sequence[bytes], checks: int, ender: _Ender
) -> list[_Check]:
    """Check grants that were ended a moment ago, or will be in a moment."""
    made: list[_Check] = []
    chance = Random(1)

    async def ask_on() -> None:
        connection = await Connection.open(port)
        while len(made) < checks:
            number = len(ender.begun) + chance.randrange(-_NEAR, _NEAR)
            number = min(max(number, 0), len(questions) - 1)
            begun = time.perf_counter()
            body = await connection.ask(questions[number])
            made.append(_Check(number, begun, time.perf_counter(), ALLOWED in body))
        connection.close()

    await asyncio.gather(*(ask_on() for _ in range(_CONNECTIONS)))
    return made


def _judged(made: Sequence[_Check], ender: _Ender) -> Seen:
    never = float("inf")
    after = [c for c in made if c.begun > ender.committed.get(c.number, never)]
    before = [c for c in made if c.done < ender.begun.get(c.number, never)]
    return Seen(
        checks=len(made),
        ended=len(ender.committed),
        after=len(after),
        stale=sum(check.allowed for check in after),
        wrongly_refused=sum(not check.allowed for check in before),
    )
