"""Stale answers: access is ended under load and checked at once; none may be stale.

A check that begins after the commit of an ending must be answered no. One that ended before the
ending began must be answered yes. In between, either is true.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from threading import Event, Thread
from uuid import UUID

import uvloop

from benchmarks.delegated import fill
from benchmarks.load import Connection
from benchmarks.measuring import Line, Size, alone
from benchmarks.place import Place
from benchmarks.portal import ALLOWED, Portal, portal
from domain.audit import Actor, ActorKind
from domain.delegations.states import DelegationEnd
from domain.reasons import Reason
from simulators.identity.client import client_token
from storage.access import grants
from storage.access.grants import Ending
from storage.database import Database, Session
from storage.delegations import ends

_CONNECTIONS = 16
_NEAR = 12
"""Checks are made at most this many cases before or after the one being ended."""
_ENGINE = Actor(ActorKind.ENGINE)
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


@dataclass(frozen=True)
class _Case:
    """Something to end, and the checks that are refused from then on."""

    end: Callable[[Session], object]
    questions: Sequence[bytes]


class _Ender(Thread):
    """Ends one after the other over its own connection, and notes when."""

    def __init__(self, url: str, cases: Sequence[_Case], enough: Event) -> None:
        super().__init__()
        self._database = Database(url, pool_size=1)
        self._cases = cases
        self._enough = enough
        self.begun: dict[int, float] = {}
        self.committed: dict[int, float] = {}

    def run(self) -> None:
        for number, each in enumerate(self._cases):
            if self._enough.wait(0.02):
                break
            self.begun[number] = time.perf_counter()
            with self._database.transaction() as session:
                each.end(session)
            self.committed[number] = time.perf_counter()
        self._database.close()


def lines(place: Place, size: Size) -> list[Line]:
    """Measure the claimed number of checks, for single grants and for delegations."""
    with portal(place, size) as asked:
        return [_of_grants(asked, size.checks), _of_delegations(asked, size.checks)]


def _of_grants(asked: Portal, checks: int) -> Line:
    token = client_token(asked.identity_url, "portal")
    cases = [
        _Case(partial(_end_grant, each.grant_id), [asked.question(each, token)])
        for each in asked.access
    ]
    return _line(_seen(asked, cases, checks), "grants were ended")


def _of_delegations(asked: Portal, checks: int) -> Line:
    database = Database(asked.database_url)
    trees = fill(database, asked.access, passed_on=1)
    database.close()
    token = client_token(asked.identity_url, "portal")
    cases = [
        _Case(
            partial(_revoke, tree.delegation_id),
            [asked.question_of(who, tree.account_id, token) for who in tree.people],
        )
        for tree in trees
    ]
    how = "delegations were revoked, each with one passed on"
    return _line(_seen(asked, cases, checks), how)


def _line(seen: Seen, how: str) -> Line:
    return Line(
        f"Stale answers in {seen.checks:,} checks while {seen.ended:,} {how}",
        str(seen.stale),
        f"{seen.after:,} began after their commit",
        reach="0",
        reached=not seen.stale,
        wrong=bool(seen.stale or seen.wrongly_refused),
    )


def _end_grant(grant_id: UUID, session: Session) -> None:
    grants.end(session, [Ending(grant_id, _WHY)], actor=_ENGINE)


def _revoke(delegation_id: UUID, session: Session) -> None:
    ends.end(session, [delegation_id], DelegationEnd.REVOKED, actor=_ENGINE)


def _seen(asked: Portal, cases: Sequence[_Case], checks: int) -> Seen:
    seen: Seen = alone(_checked, asked.port, asked.database_url, cases, checks).result
    return seen


def _checked(port: int, url: str, cases: Sequence[_Case], checks: int) -> Seen:
    enough = Event()
    ender = _Ender(url, cases, enough)
    ender.start()
    try:
        made = uvloop.run(_checks(port, cases, checks, ender))
    finally:
        enough.set()
        ender.join()
    return _judged(made, ender)


async def _checks(port: int, cases: Sequence[_Case], checks: int, ender: _Ender) -> list[_Check]:
    """Check access that was ended a moment ago, or will be in a moment."""
    made: list[_Check] = []
    chance = Random(1)

    async def ask_on() -> None:
        connection = await Connection.open(port)
        while len(made) < checks:
            number = len(ender.begun) + chance.randrange(-_NEAR, _NEAR)
            number = min(max(number, 0), len(cases) - 1)
            begun = time.perf_counter()
            body = await connection.ask(chance.choice(cases[number].questions))
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
