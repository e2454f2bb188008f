"""Revoking a delegation that was passed on many times, and first pages of an account's people."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from statistics import median
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from benchmarks import caller_limits
from benchmarks.customers import settle
from benchmarks.delegated import Tree, fill
from benchmarks.load import Load, Target, bearing, get, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, named, running
from benchmarks.statements import counted
from dev.stack.ports import free_ports
from dev.stack.services import here
from domain.audit import Actor, ActorKind
from domain.delegations.states import DelegationEnd
from simulators.identity.client import person_token
from storage.database import Database, Session
from storage.delegations import ends

_MOST_SECONDS = 1.0
_MOST_MS = 50
_ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")
_PAGES = {
    "people with access": "people",
    "delegations": "delegations",
    "the access review": "review",
}
_IDS = "(SELECT id FROM delegation WHERE id = :root OR parent_id = :root)"
# What a revocation leaves behind, without asking whether, in the plainest statements.
_PLAINLY = (
    f"""
    UPDATE access_grant SET validity = tstzrange(lower(validity), clock_timestamp()),
        ended_reason = '{{}}'
    WHERE delegation_id IN {_IDS}""",
    f"""
    UPDATE delegation SET state = 'ended', ended_at = clock_timestamp(), ended_reason = '{{}}',
        next_due_at = NULL
    WHERE id IN {_IDS}""",
    f"""
    INSERT INTO notice (id, person_id, kind, subject_id, account_id, facts)
    SELECT gen_random_uuid(), receiver_id, 'delegation_ended', id, account_id, '{{}}'
    FROM delegation WHERE id IN {_IDS}""",
    f"""
    INSERT INTO event (kind, actor, subject_id, account_id, person_id, reason, before, after)
    SELECT kind, '{{}}', id, account_id, receiver_id, '{{}}', '{{}}', '{{}}'
    FROM delegation, unnest(ARRAY['grant:ended', 'delegation:ended', 'notice:created']) AS kind
    WHERE id IN {_IDS}""",
)


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both."""
    return [*_revoking(place, size), *_listing(place, size)]


def _revoking(place: Place, size: Size) -> list[Line]:
    """Revoke whole trees in turns with writing the same rows plainly; each is another tree."""
    with place.database() as url:
        database = Database(url)
        members = settle(database, size.rounds + 1)
        trees = iter(fill(database, members[: 2 * size.rounds + 2], passed_on=size.passed_on))
        rounds = [_round(database, next(trees), next(trees)) for _ in range(size.rounds + 1)]
        database.close()
    plain, previews, ours = zip(*rounds[1:], strict=True)  # the first is for warming up
    seconds = median(each.seconds for each in ours)
    taken = ours[0]
    return [
        Line(
            f"Revoking a delegation with {size.passed_on:,} passed on",
            f"{1000 * seconds:.0f} ms",
            f"the same rows, plainly {1000 * median(plain):.0f} ms",
            ratio([each.seconds for each in ours], plain),
            f"< {_MOST_SECONDS:.0f} s",
            seconds < _MOST_SECONDS,
        ),
        Line(
            "…statements",
            str(taken.statements),
            reach="one transaction",
            reached=taken.commits == 1,
        ),
        Line(
            "…previewed: tried out and rolled back",
            f"{1000 * median(previews):.0f} ms",
            "the revocation itself",
            ratio(previews, [each.seconds for each in ours]),
        ),
    ]


class _Revocation(NamedTuple):
    seconds: float
    statements: int
    commits: int


def _round(database: Database, mine: Tree, other: Tree) -> tuple[float, float, _Revocation]:
    """Write one tree plainly; preview and revoke the other."""
    plain = _timed(database.transaction(), lambda session: _write(session, other))
    preview = _timed(database.trial(), lambda session: _end(session, mine))
    with counted(database) as asked:
        seconds = _timed(database.transaction(), lambda session: _end(session, mine))
    return plain, preview, _Revocation(seconds, asked.statements, asked.commits)


def _timed(transaction: AbstractContextManager[Session], work: Callable[[Session], None]) -> float:
    begun = time.perf_counter()
    with transaction as session:
        work(session)
    return time.perf_counter() - begun


def _end(session: Session, tree: Tree) -> None:
    done = ends.end(session, [tree.delegation_id], DelegationEnd.REVOKED, actor=_ACTOR)
    if len(done.grants) != len(tree.people):
        raise RuntimeError(f"{len(done.grants)} of {len(tree.people)} grants ended")


def _write(session: Session, tree: Tree) -> None:
    for statement in _PLAINLY:
        session.execute(text(statement), {"root": tree.delegation_id})


def _listing(place: Place, size: Size) -> list[Line]:
    """Measure one person who waits for each answer, beside a bare route that reads as many."""
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    (port,) = free_ports(1)
    with place.database() as url:
        database = Database(url)
        member = settle(database, 1)[0]
        fill(database, [member] * size.people, passed_on=0)
        database.close()
        api = named(programs.product(programs.environment(url) | caller_limits.WIDE), "api")
        with running(identity, api, place.bare_route(url, port)):
            token = person_token(here(settings.identity_port), member.code)
            targets = _targets(settings.api_port, token, member.account_id)
            floor = Target(port, [get(f"/accounts/{member.account_id}/delegations")], b'"state"')
            rounds = 1 + 2 * size.rounds  # the first is for warming up
            asked = [floor, *targets.values()]
            seen = alone(in_turns, asked, 1, size.seconds / 3, rounds).result
    bare, *loads = (each[1:] for each in seen)
    return _told(dict(zip(targets, loads, strict=True)), bare, size.people)


def _targets(port: int, token: str, account_id: UUID) -> dict[str, Target]:
    return {
        name: Target(port, [bearing(f"/v1/accounts/{account_id}/{path}", token)], b'"items":[{')
        for name, path in _PAGES.items()
    }


def _told(loads: Mapping[str, list[Load]], floor: list[Load], people: int) -> list[Line]:
    found = []
    for name, of in loads.items():
        p50, p99 = (median(getattr(each, part) for each in of) for part in ("p50", "p99"))
        bare = median(each.p50 for each in floor)
        found.append(
            Line(
                f"First page of {people:,} on one account, {name}: p50",
                f"{p50:.1f} ms",
                f"p99 {p99:.1f} ms; bare route {bare:.1f} ms",
                ratio([each.p50 for each in of], [each.p50 for each in floor]),
                f"< {_MOST_MS} ms",
                p99 < _MOST_MS,
            )
        )
    return found
