"""bill.4: usage records are read into a CSV in parts, whatever billing and the worker do."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import CollectorRegistry
from sqlmodel import Session
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.adapters.billing.usage_pages import Mark, PlaceLost, UsagePage
from activities.extracts import chunks, make, reading
from activities.extracts.make import ReadUsageActivities, UsageExtractStart
from api.internal.metrics import DatabaseMetrics
from domain.call_details.columns import COLUMNS
from domain.call_details.extracts import ExtractFault, FileFormat
from domain.call_details.filters import UsageFilter
from domain.call_details.records import UsageRecord
from domain.call_details.secrecy import Level
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Refused, Trouble
from storage.database import Database
from storage.extracts import ends, extract_queries, places, rows
from storage.extracts.places import Part, Place
from storage.extracts.rows import ExtractTerms, StoredExtract
from storage.requests import operation_queries
from storage.requests.operation_queries import Progress
from tests.builders.extracts import STARTED, TALLINN, made_by, read, records, terms, usage
from tests.builders.rows import ENGINE, carry_out
from tests.builders.rows import rows as select

AS_OF = "2026-12-01T10:00:00Z"
PAGE = 4
THIRTY = [f"r{n:07}" for n in range(30)]


class Billing:
    """Billing that shows these records page by page, and may do otherwise at a page."""

    def __init__(self, shown: Sequence[UsageRecord]) -> None:
        self.shown = list(shown)
        self.asked = list[int]()
        self.at: dict[int, Callable[[], object]] = {}
        """What to do when the page that begins here is asked for: once."""

    def page(self, _: UUID, __: UsageFilter, after: Mark | None, limit: int) -> UsagePage:
        begin = int(after.cursor) if after else 0
        self.asked.append(begin)
        if begin in self.at:
            found = self.at.pop(begin)()
            if isinstance(found, UsagePage):
                return found
        end = begin + limit
        following = str(end) if end < len(self.shown) else None
        return UsagePage(self.shown[begin:end], 0, AS_OF, following)


def fails(error: Exception) -> Callable[[], object]:
    def fail() -> object:
        raise error

    return fail


SILENT = Trouble(StuckReason.UNREACHABLE)


class Extracting:
    """An extract that is to be read."""

    def __init__(self, database: Database, of: ExtractTerms | None = None) -> None:
        self.database = database
        self.id = made_by(database, of)
        self.billing = Billing(records(30))

    def read(self, environment: ActivityEnvironment | None = None) -> bool:
        reads = ReadUsageActivities(self.database, self.billing, TALLINN, page=PAGE)
        start = UsageExtractStart(extract_id=self.id)
        return bool((environment or ActivityEnvironment()).run(reads.read_usage, start))

    def fault(self) -> tuple[str, bool]:
        with pytest.raises(ApplicationError) as raised:
            self.read()
        return str(raised.value.details[0]), raised.value.non_retryable

    def stored(self) -> StoredExtract:
        with self.database.reading() as connection:
            found = rows.read(connection, self.id)
        assert found is not None
        return found

    def csv(self) -> list[list[str]]:
        made = b"".join(extract_queries.content(self.database, self.stored(), FileFormat.CSV))
        return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))

    def ids(self) -> list[str]:
        header, *rest = self.csv()
        assert tuple(header) == COLUMNS
        return [row[COLUMNS.index("record_id")] for row in rest]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk is full after two pages."""
    monkeypatch.setattr(chunks, "CHUNK", 1000)


@pytest.fixture
def extracting(database: Database) -> Extracting:
    return Extracting(database)


def test_bill_4_the_csv_has_every_record_once(extracting: Extracting) -> None:
    assert extracting.read() is False

    stored = extracting.stored()
    assert extracting.ids() == THIRTY
    assert (stored.rows, stored.is_read, stored.rejected) == (30, True, 0)
    assert stored.chunks > 2
    assert extracting.billing.asked == [*range(0, 30, PAGE)]


@pytest.mark.parametrize("at", range(1, 5))
@pytest.mark.parametrize("is_committed", [False, True], ids=["before", "after"])
def test_bill_4_a_worker_killed_at_any_chunk_loses_and_repeats_no_row(
    extracting: Extracting, monkeypatch: pytest.MonkeyPatch, at: int, *, is_committed: bool
) -> None:
    advance, parts = places.advance, list[Place]()

    def dying(session: Session, id_: UUID, before: Place, part: Part) -> Place | None:
        parts.append(before)
        behind = advance(session, id_, before, part)
        if len(parts) == at:
            if is_committed:
                session.commit()
            raise SystemExit
        return behind

    monkeypatch.setattr(places, "advance", dying)
    with pytest.raises(SystemExit):
        extracting.read()

    assert extracting.read() is False
    assert extracting.ids() == THIRTY
    assert extracting.stored().rows == 30


def test_bill_4_of_two_attempts_at_once_one_goes_on(extracting: Extracting) -> None:
    """The first attempt's worker was thought dead, and its page comes late."""
    extracting.billing.at[8] = extracting.read

    assert extracting.read() is False
    assert extracting.ids() == THIRTY


@pytest.mark.parametrize("begin", range(0, 30, PAGE))
def test_bill_4_billing_lost_in_the_middle_is_asked_again_from_there(
    extracting: Extracting, begin: int
) -> None:
    """What was read before is kept, and how long it fails is counted from then."""
    extracting.billing.at[begin] = fails(SILENT)
    if begin == 0:
        assert extracting.fault() == (ExtractFault.BILLING_SILENT, False)
    else:
        assert extracting.read() is True

    assert extracting.read() is False
    assert extracting.ids() == THIRTY
    assert sorted({*extracting.billing.asked}) == [*range(0, 30, PAGE)]
    assert len(extracting.billing.asked) == 8 + 1


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (SILENT, (ExtractFault.BILLING_SILENT, False)),
        (Trouble(StuckReason.TARGET_ERROR, "http_500"), (ExtractFault.BILLING_SILENT, False)),
        (Trouble(StuckReason.TARGET_ERROR, "order"), (ExtractFault.BILLING_UNREADABLE, False)),
        (Refused(StuckReason.REFUSED, "no"), (ExtractFault.BILLING_REFUSES, True)),
        (Refused(StuckReason.SERVICE_UNKNOWN, "x"), (ExtractFault.ACCOUNT_UNKNOWN, True)),
    ],
    ids=["silent", "error", "unreadable", "refused", "unknown"],
)
def test_bill_4_why_it_is_not_read_is_said(
    extracting: Extracting, error: Exception, fault: tuple[str, bool]
) -> None:
    extracting.billing.at[0] = fails(error)

    assert extracting.fault() == fault


def test_bill_4_a_place_that_billing_has_lost_begins_again(extracting: Extracting) -> None:
    """Records may be others as of another moment: nothing of the first reading stays."""
    extracting.billing.at[20] = fails(PlaceLost())

    assert extracting.read() is False
    assert extracting.ids() == THIRTY
    assert extracting.billing.asked == [*range(0, 21, PAGE), *range(0, 30, PAGE)]


def test_bill_4_a_place_that_is_always_lost_is_given_up(extracting: Extracting) -> None:
    class Forgetful(Billing):
        def page(self, *of: Any) -> UsagePage:
            if len(self.asked) % 2:
                self.asked.append(-1)
                raise PlaceLost
            return super().page(*of)

    extracting.billing = Forgetful(records(30))

    assert extracting.fault() == (ExtractFault.BILLING_REFUSES, True)


def test_bill_4_a_page_that_shows_what_was_shown_is_none(extracting: Extracting) -> None:
    again = UsagePage(records(4), 0, AS_OF, "12")
    extracting.billing.at[8] = lambda: again

    assert extracting.read() is True  # what was read before is kept
    extracting.billing.at[8] = lambda: again
    assert extracting.fault() == (ExtractFault.BILLING_UNREADABLE, False)
    assert extracting.read() is False
    assert extracting.ids() == THIRTY


def test_bill_4_billing_without_an_end_is_left(
    extracting: Extracting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_MOST_EMPTY", 20)

    class Endless(Billing):
        def page(self, _: UUID, __: UsageFilter, after: Mark | None, *___: int) -> UsagePage:
            begin = int(after.cursor) if after else 0
            return UsagePage([], 0, AS_OF, str(begin + 1))

    extracting.billing = Endless([])

    assert extracting.fault() == (ExtractFault.BILLING_UNREADABLE, True)


def test_bill_4_pages_that_lead_back_to_an_earlier_one_are_left(extracting: Extracting) -> None:
    """Page 4 leads to 8, and 8 back to 4: without records, nothing else would tell."""
    extracting.billing.at[4] = lambda: UsagePage([], 0, AS_OF, "8")
    extracting.billing.at[8] = lambda: UsagePage([], 0, AS_OF, "4")

    assert extracting.read() is True  # what was read before is kept
    assert extracting.billing.asked == [0, 4, 8]


def at_once(many: int) -> list[UsageRecord]:
    """Records that all began at one moment."""
    return [each._replace(started_at=STARTED) for each in records(many)]


def test_bill_4_records_of_one_moment_on_many_pages_are_read(extracting: Extracting) -> None:
    extracting.billing.shown = at_once(30)

    assert extracting.read() is False
    assert extracting.ids() == THIRTY


@pytest.mark.parametrize("begin", [4, 8, 20])
def test_bill_4_a_record_that_is_shown_again_on_the_next_page_is_noticed(
    extracting: Extracting, begin: int
) -> None:
    """Also where it began at the same moment as the last one of the page before."""
    shown = extracting.billing.shown = at_once(30)
    again = [*shown[begin : begin + 3], shown[begin - 2]]
    extracting.billing.at[begin] = lambda: UsagePage(again, 0, AS_OF, str(begin + 4))

    assert extracting.read() is True  # what was read before is kept
    assert extracting.read() is False
    assert extracting.ids() == THIRTY


@pytest.mark.parametrize("begin", [4, 8, 20])
def test_bill_4_a_record_that_is_shown_again_to_another_attempt_is_noticed(
    extracting: Extracting, begin: int
) -> None:
    shown = extracting.billing.shown = at_once(30)
    extracting.billing.at[begin] = fails(SILENT)
    assert extracting.read() is True
    again = [*shown[begin : begin + 3], shown[begin - 1]]
    extracting.billing.at[begin] = lambda: UsagePage(again, 0, AS_OF, str(begin + 4))

    assert extracting.fault() == (ExtractFault.BILLING_UNREADABLE, False)
    assert extracting.read() is False
    assert extracting.ids() == THIRTY


def test_bill_4_records_that_are_wrong_are_counted(extracting: Extracting) -> None:
    first = UsagePage(records(4), 3, AS_OF, "4")
    extracting.billing.at[0] = lambda: first
    extracting.read()

    assert (extracting.stored().rejected, extracting.ids()) == (3, THIRTY)


def test_bill_4_more_rows_than_an_extract_may_have_are_refused(
    extracting: Extracting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 25)

    assert extracting.fault() == (ExtractFault.TOO_LARGE, True)


@pytest.mark.parametrize("begin", [0, 4, 8, 20])
def test_bill_4_a_cancelled_extract_stops_within_a_page(extracting: Extracting, begin: int) -> None:
    def cancel() -> None:
        with extracting.database.transaction() as session:
            assert ends.cancel(session, extracting.id, actor=ENGINE)

    extracting.billing.at[begin] = cancel

    assert extracting.read() is False
    assert extracting.billing.asked[-1] == begin
    with extracting.database.reading() as connection:
        assert rows.read(connection, extracting.id).state == "cancelled"  # type: ignore[union-attr]
    assert count(extracting.database) == 0
    assert extracting.read() is False


def test_bill_4_an_extract_without_rows_is_a_file_with_its_header(
    extracting: Extracting,
) -> None:
    extracting.billing = Billing([])

    assert extracting.read() is False
    assert extracting.csv() == [list(COLUMNS)]


def test_bill_4_a_worker_that_stops_leaves_the_rest_to_another(extracting: Extracting) -> None:
    environment = ActivityEnvironment()
    extracting.billing.at[8] = environment.worker_shutdown

    assert extracting.read(environment) is True
    assert extracting.stored().rows == 12
    assert extracting.read() is False
    assert extracting.ids() == THIRTY


def test_bill_4_a_long_extract_gives_its_slot_to_others(
    extracting: Extracting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "_SHIFT", timedelta())

    assert extracting.read() is True
    monkeypatch.undo()
    assert extracting.read() is False


def test_bill_4_rows_so_far_are_told(extracting: Extracting) -> None:
    """In the operation, and to Temporal with each heartbeat."""
    extracting.billing.at[20] = fails(SILENT)
    extracting.read()

    with extracting.database.reading() as connection:
        operation = operation_queries.get(connection, extracting.id)
    assert (operation.state, operation.progress) == ("running", Progress(20, None))
    assert operation.waits_for == "billing"


def test_bill_4_since_when_billing_gives_nothing_is_told_until_it_gives_something(
    extracting: Extracting,
) -> None:
    registry = CollectorRegistry()
    registry.register(DatabaseMetrics(extracting.database))

    def metric(name: str) -> float:
        return registry.get_sample_value(f"volitus_{name}") or 0

    extracting.billing.at[0] = fails(SILENT)
    extracting.fault()
    first = extracting.stored().waits_since
    assert first is not None
    assert metric("extracts_waiting") == 1
    extracting.billing.at[0] = fails(SILENT)
    extracting.fault()
    assert extracting.stored().waits_since == first
    carry_out(extracting.database, "UPDATE extract SET waits_since = now() - interval '2 hours'")
    assert metric("extract_waiting_age_seconds") > 7000

    extracting.billing.at[20] = fails(SILENT)
    assert extracting.read() is True
    again = extracting.stored().waits_since
    assert again is not None
    assert again >= first
    assert extracting.read() is False

    assert extracting.stored().waits_since is None
    assert (metric("extracts_waiting"), metric("extract_waiting_age_seconds")) == (0, 0)


def test_bill_4_slow_billing_is_kept_up_with(
    extracting: Extracting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2**20)
    monkeypatch.setattr(reading, "_KEPT_EVERY", timedelta())
    extracting.billing.at[20] = fails(SILENT)
    extracting.read()

    assert extracting.stored().rows == 20


def test_bill_4_paused_billing_is_not_asked(extracting: Extracting) -> None:
    carry_out(
        extracting.database,
        "INSERT INTO target (name, kind, state) VALUES ('billing', 'billing', 'paused')",
    )

    assert extracting.fault() == (ExtractFault.BILLING_SILENT, False)
    assert extracting.billing.asked == []


@pytest.mark.parametrize("level", Level)
def test_bill_5_what_a_level_hides_is_in_no_byte_of_the_file(
    database: Database, level: Level
) -> None:
    extracting = Extracting(database, terms(level))
    extracting.billing.shown = [
        read(each)
        for each in (
            usage(id_="out", otherNumber="+37255512345"),
            usage(STARTED + timedelta(minutes=1), id_="in", direction="incoming"),
            usage(STARTED + timedelta(minutes=2), id_="on", direction="forwarded"),
            usage(STARTED + timedelta(minutes=3), id_="112", otherNumber="112"),
            usage(STARTED + timedelta(minutes=4), id_="who", direction="incoming", withheld=True),
        )
    ]
    extracting.read()

    kept = b"".join(
        bytes(row.content) for row in select(database, "SELECT content FROM extract_chunk")
    )
    shown = {row[15]: row[4] for row in extracting.csv()[1:]}
    whole = "'+37255512345"
    assert (
        shown
        == {
            Level.OWN: {"out": whole, "in": whole, "on": whole, "112": "112", "who": ""},
            Level.FULL: {"out": whole, "on": whole, "112": "112"},
            Level.MASKED: {"out": "'+3725551••••", "on": "'+3725551••••", "112": "112"},
        }[level]
    )
    assert (b"12345" in kept) is (level is not Level.MASKED)
    assert b"353456789012345" not in kept
    assert b"248-01-4711" not in kept


def count(database: Database) -> int:
    found: int = select(database, "SELECT count(*) AS n FROM extract_chunk")[0].n
    return found


def test_bill_4_a_service_that_was_not_asked_for_is_left_out(extracting: Extracting) -> None:
    """Whatever billing shows: whose calls they are was decided before it was asked."""
    shown = extracting.billing.shown
    shown[3] = shown[3]._replace(service_id=uuid4())

    extracting.read()

    assert extracting.ids() == [each for each in THIRTY if each != THIRTY[3]]


def test_bill_4_a_cell_that_would_be_a_formula_is_text(extracting: Extracting) -> None:
    extracting.billing.shown[0] = extracting.billing.shown[0]._replace(
        zone='=HYPERLINK("http://127.0.0.1:1")', bill_number="-1", country="@EE"
    )
    extracting.read()

    row = dict(zip(COLUMNS, extracting.csv()[1], strict=True))
    assert row["zone"] == '\'=HYPERLINK("http://127.0.0.1:1")'
    assert (row["bill_no"], row["country"]) == ("'-1", "'@EE")
