"""Very many open approvals: one person's list of them, and what looks at them all the time.

Floor of the list is a bare route that reads as many approvals by an index; of the two that find
nothing to do, the bare indexed read.
"""

import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import text

from benchmarks import caller_limits
from benchmarks.joint_boards import boards, propose
from benchmarks.load import Load, Target, bearing, get, in_turns
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place, named, running, vacuum
from dev.stack.ports import free_ports
from dev.stack.services import here
from simulators.identity.client import person_token
from storage.approvals import wakeups
from storage.database import Database, Session

_MOST_MS = 50
_COMPANIES = 10
# Each open approval again, about another delegation to another person, a second older each time.
_COPY = (
    """
    INSERT INTO person (id, country, code, name)
    SELECT md5('person' || a.id || n)::uuid, 'EE', md5('person' || a.id || n), ''
    FROM approval a, generate_series(1, :more) n""",
    """
    INSERT INTO delegation SELECT (jsonb_populate_record(d, jsonb_build_object(
        'id', md5('delegation' || a.id || n)::uuid,
        'receiver_id', md5('person' || a.id || n)::uuid))).*
    FROM approval a JOIN delegation_version v ON v.id = a.subject_id
    JOIN delegation d ON d.id = v.delegation_id, generate_series(1, :more) n""",
    """
    INSERT INTO delegation_version SELECT (jsonb_populate_record(v, jsonb_build_object(
        'id', md5('version' || a.id || n)::uuid,
        'delegation_id', md5('delegation' || a.id || n)::uuid))).*
    FROM approval a JOIN delegation_version v ON v.id = a.subject_id,
        generate_series(1, :more) n""",
    """
    INSERT INTO approval SELECT (jsonb_populate_record(a, jsonb_build_object(
        'id', md5('approval' || a.id || n)::uuid,
        'subject_id', md5('version' || a.id || n)::uuid,
        'created_at', a.created_at - n * interval '1 second',
        'seen_at', clock_timestamp(),
        'act', jsonb_set(a.act, '{data}', (a.act -> 'data') || jsonb_build_object(
            'delegation_id', md5('delegation' || a.id || n)::uuid,
            'receiver_id', md5('person' || a.id || n)::uuid))))).*
    FROM approval a, generate_series(1, :more) n""",
    """
    INSERT INTO approval_confirmation SELECT (jsonb_populate_record(c, jsonb_build_object(
        'id', md5('confirmation' || c.id || n)::uuid,
        'approval_id', md5('approval' || c.approval_id || n)::uuid))).*
    FROM approval_confirmation c, generate_series(1, :more) n""",
    "UPDATE approval SET seen_at = clock_timestamp() WHERE seen_at IS NULL",
)
_READ = text("SELECT id FROM approval WHERE ended_at IS NULL AND seen_at IS NULL LIMIT 1")


def fill(database: Database, companies: int, number: int) -> str:
    """Create so many open approvals of as many companies; returns the code of one who proposed."""
    members = boards(database, companies)
    propose(database, members)
    with database.transaction() as session:
        for statement in _COPY:
            session.execute(text(statement), {"more": number // companies - 1})
    vacuum(database)
    return members[0][0].code


def lines(place: Place, size: Size) -> list[Line]:
    """Measure the list, and both that find nothing to do."""
    return [*_listing(place, size), *_looking(place, size)]


def _listing(place: Place, size: Size) -> list[Line]:
    """Measure one person who waits for each answer."""
    programs, settings, _ = place.programs()
    identity = named(programs.servers(), "identity")
    (port,) = free_ports(1)
    with place.database() as url:
        database = Database(url)
        code = fill(database, 1, size.approvals)
        database.close()
        api = named(programs.product(programs.environment(url) | caller_limits.WIDE), "api")
        with running(identity, api, place.bare_route(url, port)):
            token = person_token(here(settings.identity_port), code)
            path = "/v1/me/confirmations?limit=100"
            ours = Target(settings.api_port, [bearing(path, token)], b'"items":[{')
            floor = Target(port, [get("/approvals")], b'"digest"')
            rounds = 1 + 2 * size.rounds  # the first is for warming up
            seen = alone(in_turns, [floor, ours], 1, size.seconds / 3, rounds).result
    bare, loads = (each[1:] for each in seen)
    return [_listed(loads, bare, size.approvals)]


def _listed(loads: list[Load], bare: list[Load], number: int) -> Line:
    p50, p99 = (median(getattr(each, part) for each in loads) for part in ("p50", "p99"))
    return Line(
        f"First page of {number:,} approvals that wait for one person: p50",
        f"{p50:.1f} ms",
        f"p99 {p99:.1f} ms; bare route {median(each.p50 for each in bare):.1f} ms",
        ratio([each.p50 for each in loads], [each.p50 for each in bare]),
        f"< {_MOST_MS} ms",
        p99 < _MOST_MS,
    )


def _looking(place: Place, size: Size) -> list[Line]:
    with place.database() as url:
        floor, claims, sweeps = alone(_looks, url, size.approvals).result
    told = {
        "looking for those that changed, twice a second": claims,
        "sweep for those whose register state changed": sweeps,
    }
    return [
        Line(
            f"…{what}, none of {size.approvals:,}: median",
            f"{median(times):.2f} ms",
            f"slowest {max(times):.2f} ms; bare read {median(floor):.2f} ms",
            ratio(times, floor),
            f"< {_MOST_MS} ms",
            max(times) < _MOST_MS,
        )
        for what, times in told.items()
    ]


def _looks(url: str, number: int) -> tuple[list[float], list[float], list[float]]:
    """Return milliseconds of the bare read, of the claim and of the sweep, in turns."""
    database = Database(url)
    fill(database, _COMPANIES, number)
    work = (_look, wakeups.claim, wakeups.touch_outdated)
    rounds = [[_ms(database, each) for each in work] for _ in range(50)]
    database.close()
    floor, claims, sweeps = map(list, zip(*rounds[10:], strict=True))
    return floor, claims, sweeps


def _ms(database: Database, work: Callable[[Session], object]) -> float:
    begun = time.perf_counter()
    with database.transaction() as session:
        if work(session):
            raise RuntimeError("something is due")
    return 1000 * (time.perf_counter() - begun)


def _look(session: Session) -> object:
    return session.execute(_READ).all()
