"""The sweep over very many delegations: where nothing is due, and where much is.

The floor of the first is the bare indexed read; of the second, the same number of rows written to
the same tables by one plain statement each.
"""

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from sqlalchemy import text

from benchmarks import due_rows
from benchmarks.due_rows import ZONE
from benchmarks.measuring import Line, Size, alone, ratio
from benchmarks.place import Place
from storage.database import Database
from storage.delegations import date_sweep

_MOST = 100
"""Milliseconds of a sweep that finds nothing due."""
_DUE_SHARE = 100
"""One of so many delegations is due."""
_READ = text("SELECT id FROM delegation WHERE next_due_at <= statement_timestamp() LIMIT 1000")
_SAME = [
    text("UPDATE delegation SET next_due_at = now() + interval '1 day' WHERE id = ANY(:ids)"),
    text("""
        INSERT INTO event (at, kind, actor, subject_id, account_id, person_id, reason, after)
        SELECT now(), 'grant:started', '{}', gen_random_uuid(), d.account_id, d.receiver_id, '{}',
            '{}' FROM delegation d, generate_series(1, 4) n WHERE d.id = ANY(:ids)
        LIMIT :events"""),
    text("""
        INSERT INTO notice (id, person_id, kind, subject_id, occasion, account_id, facts)
        SELECT gen_random_uuid(), d.receiver_id, 'delegation_ends_soon', d.id, 'floor ' || n,
            d.account_id, '{}' FROM delegation d, generate_series(1, 2) n WHERE d.id = ANY(:ids)
        LIMIT :notices"""),
]
_WRITTEN = text("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM notice)")


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both, each in turns with its floor."""
    due = size.stuck // _DUE_SHARE
    with place.database() as url:
        nothing, floor, much, plain = alone(_rounds, url, size.stuck, due, size.rounds).result
    slowest = max(nothing)
    return [
        Line(
            f"Sweep over {size.stuck:,} delegations, nothing due: median",
            f"{median(nothing):.2f} ms",
            f"slowest {slowest:.2f} ms; bare read {median(floor):.2f} ms",
            ratio(nothing, floor),
            f"< {_MOST} ms",
            slowest < _MOST,
        ),
        Line(
            f"…{due:,} due: begun, over, or ending soon; told in one transaction",
            f"{median(much):.0f} ms",
            f"the same rows written plainly {median(plain):.0f} ms",
            ratio(much, plain),
        ),
    ]


def _rounds(
    url: str, number: int, due: int, rounds: int
) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return milliseconds: with nothing due, of the bare read, with much due, written plainly."""
    database = Database(url)
    rounds += 1  # the first is for warming up
    due_rows.fill(database, number, 2 * rounds * due)
    looks = [(_ms(partial(_sweep, database)), _ms(partial(_look, database))) for _ in range(50)]
    nothing, floor = map(list, zip(*looks[10:], strict=True))
    much, plain = list[float](), list[float]()
    for number_ in range(rounds):
        first = 1 + 2 * number_ * due
        due_rows.make_due(database, first, first + due - 1)
        before = _written(database)
        much.append(_ms(partial(_sweep, database, due)))
        events, notices = (now - then for now, then in zip(_written(database), before, strict=True))
        ids = due_rows.make_due(database, first + due, first + 2 * due - 1)
        asked = {"ids": list(ids), "events": events, "notices": notices}
        plain.append(_ms(partial(_write, database, asked)))
    database.close()
    return nothing, floor, much[1:], plain[1:]


def _ms(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def _sweep(database: Database, expected: int = 0) -> None:
    with database.transaction() as session:
        done = date_sweep.sweep(session, ZONE)
    if done != expected:
        raise RuntimeError(f"{done} were due instead of {expected}")


def _look(database: Database) -> None:
    with database.transaction() as session:
        session.execute(_READ).all()


def _write(database: Database, asked: dict[str, object]) -> None:
    with database.transaction() as session:
        for statement in _SAME:
            session.execute(statement, asked)


def _written(database: Database) -> tuple[int, int]:
    with database.reading() as connection:
        events, notices = connection.execute(_WRITTEN).one()
        return events, notices
