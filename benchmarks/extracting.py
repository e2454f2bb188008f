"""A call-detail extract of a million rows, against reading and writing the same rows."""

import csv
import io
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import msgspec
import psycopg
from sqlalchemy.engine import make_url

from activities.adapters.billing.usage_pages import HttpUsagePages
from activities.adapters.billing.usage_requests import UsageRequests
from activities.adapters.billing.usage_wire import UsageOnWire
from activities.extracts.reading import Reading
from benchmarks.customers import settle
from benchmarks.measuring import Line, Measured, Size, alone, ratio
from benchmarks.place import Place, running
from benchmarks.usage_source import SERVICE
from dev.stack.ports import free_ports
from dev.stack.supervised_process import Program, answers
from domain.audit import Actor, ActorKind
from domain.call_details.extracts import FileFormat
from domain.call_details.filters import UsageFilter, period_of_days
from domain.call_details.secrecy import Level
from domain.numbers.sms_texts import Language
from storage.database import Database
from storage.extracts import asking, places, rows
from storage.extracts.asking import NewExtract
from storage.extracts.rows import ExtractTerms

# As the setting is unless said otherwise.
_PAGE = 2_500
_CHUNK = 2**20
_MEMORY_MB = 200
_ZONE = ZoneInfo("Europe/Tallinn")
_FROM, _THROUGH = date(2026, 10, 1), date(2026, 10, 31)
_ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")


def lines(place: Place, size: Size) -> list[Line]:
    """Measure both in turns, each in a process of its own."""
    pages = max(size.usage_records // _PAGE, 2)
    (port,) = free_ports(1)
    ours, floor = [], []
    with place.database() as url, running(_source(place, port, pages)):
        database = Database(url)
        access = settle(database, 1)[0]
        for _ in range(size.rounds):
            extract_id = _asked(database, access.account_id, access.person_id)
            ours.append(alone(extracted, url, port, str(extract_id)))
            floor.append(alone(read_and_written, url, port))
        database.close()
    return [_time(ours, floor, pages * _PAGE), _memory(ours, floor)]


def _source(place: Place, port: int, pages: int) -> Program:
    return Program(
        "usage-source",
        [sys.executable, "-m", "benchmarks.usage_source", str(port), str(pages), str(_PAGE)],
        place.scratch / "usage-source.log",
        answers(f"http://127.0.0.1:{port}/livez"),
        {},
    )


def _asked(database: Database, account_id: UUID, person_id: UUID) -> UUID:
    """Ask for an extract instead of the one before, and return its id."""
    which = UsageFilter(period_of_days(_FROM, _THROUGH, _ZONE), frozenset({SERVICE}))
    terms = ExtractTerms(
        _FROM, _THROUGH, which, False, Level.MASKED, FileFormat.CSV, Language.ENGLISH
    )
    with database.transaction() as session:
        new = NewExtract(uuid4(), account_id, person_id, terms)
        asking.request(session, new, actor=_ACTOR)
    return new.id


def extracted(url: str, port: int, extract_id: str) -> tuple[float, int]:
    """Read an extract as its activity does; returns the seconds and its rows."""
    database, id_ = Database(url), UUID(extract_id)
    with database.transaction() as session:
        places.begin(session, id_)
        extract = rows.read(session.connection(), id_)
        at = places.place(session.connection(), id_)
    assert extract is not None
    assert at is not None
    with httpx.Client(trust_env=False) as http:
        requests = UsageRequests(http, f"http://127.0.0.1:{port}", None, timeout=10)
        pages = HttpUsagePages(requests)
        started = time.perf_counter()
        reading = Reading(database, pages, _ZONE, extract, at, page=_PAGE)
        assert reading.run(lambda _: None, lambda: True)
        seconds = time.perf_counter() - started
    with database.single_read() as connection:
        made = rows.read(connection, id_)
    database.close()
    assert made is not None
    return seconds, made.rows


def read_and_written(url: str, port: int) -> tuple[float, int]:
    """Read the same pages with the same parser, write each record, store it in chunks.

    Nothing is checked, hidden, guarded or told, and nothing could go on in the middle.
    """
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    count = 0
    with psycopg.connect(address) as connection, httpx.Client(trust_env=False) as http:
        connection.execute("CREATE TEMPORARY TABLE floor (number integer, content bytea)")
        connection.commit()
        started = time.perf_counter()
        buffer = io.StringIO()
        for number, page in enumerate(_pages(http, port)):
            written = [_row(each) for each in page if _is_shown(each)]
            csv.writer(buffer, delimiter=";").writerows(written)
            count += len(written)
            if buffer.tell() >= _CHUNK:
                _store(connection, number, buffer.getvalue())
                buffer = io.StringIO()
        _store(connection, -1, buffer.getvalue())
        seconds = time.perf_counter() - started
    return seconds, count


def _pages(http: httpx.Client, port: int) -> Iterator[list[UsageOnWire]]:
    decode = msgspec.json.Decoder(list[UsageOnWire]).decode
    cursor: str | None = "0"
    while cursor is not None:
        answer = http.get(f"http://127.0.0.1:{port}/usage", params={"after": cursor})
        yield decode(answer.content)
        cursor = answer.headers.get("X-Next-Cursor")


def _is_shown(record: UsageOnWire) -> bool:
    return all(each.value != "incoming" for each in record.usageCharacteristic)


def _row(record: UsageOnWire) -> list[object]:
    told = [each.value for each in record.usageCharacteristic[:-2]]
    cost = record.ratedProductUsage[0]
    started_at = record.usageDate.astimezone(_ZONE).isoformat()
    return [
        started_at,
        record.usageType,
        *told,
        cost.taxExcludedRatingAmount.value,
        cost.taxRate,
        record.id,
    ]


def _store(connection: psycopg.Connection, number: int, content: str) -> None:
    connection.execute("INSERT INTO floor VALUES (%s, %s)", (number, content.encode()))
    connection.commit()


def _time(ours: Sequence[Measured], floor: Sequence[Measured], records: int) -> Line:
    took = [each.result[0] for each in ours]
    least = [each.result[0] for each in floor]
    written = {each.result[1] for each in (*ours, *floor)}
    share = ratio(took, least)
    return Line(
        f"Extract of {records:,} usage records, {max(written):,} rows",
        f"{median(took):.1f} s",
        f"read and written {median(least):.1f} s",
        share,
        "≤ 1.5×",
        share <= 1.5,
        wrong=len(written) > 1,
    )


def _memory(ours: Sequence[Measured], floor: Sequence[Measured]) -> Line:
    peak = max(each.peak_mb for each in ours)
    return Line(
        "Peak memory of the process that makes it",
        f"{peak:.0f} MB",
        f"read and written {max(each.peak_mb for each in floor):.0f} MB",
        reach=f"< {_MEMORY_MB} MB",
        reached=peak < _MEMORY_MB,
    )
