"""bill.4: pages of usage records over HTTP, whatever billing answers."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from activities.adapters.billing.usage_pages import (
    HttpUsagePages,
    Mark,
    NoUsagePages,
    PlaceLost,
    UsagePage,
)
from activities.adapters.billing.usage_requests import UsageRequests
from domain.call_details.filters import UsageFilter
from domain.call_details.records import Direction, UsageKind, UsageRecord
from domain.provisioning.steps import NotDone
from tests.builders.extracts import SERVICE, STARTED, month_of, terms, usage
from tests.clients import usage_server
from tests.clients.usage_server import AS_OF, Reply, UsageServer
from tests.fixtures.patience import PATIENCE

ACCOUNT = uuid4()
WHICH = terms().which
MARK = Mark(AS_OF, base64.urlsafe_b64encode(b'[0, ""]').decode())


@pytest.fixture
def server(http_servers: None) -> Iterator[UsageServer]:
    with usage_server.running() as running:
        yield running


@pytest.fixture
def pages(server: UsageServer) -> Iterator[HttpUsagePages]:
    with httpx.Client() as http:
        yield HttpUsagePages(UsageRequests(http, server.url, usage_server.TOKEN, timeout=PATIENCE))


def read(
    pages: HttpUsagePages, which: UsageFilter = WHICH, *, after: Mark | None = None, limit: int = 10
) -> UsagePage:
    return pages.page(ACCOUNT, which, after, limit)


def read_one(pages: HttpUsagePages, server: UsageServer, record: Mapping[str, Any]) -> UsagePage:
    server.records = [dict(record)]
    return read(pages)


def all_of(pages: HttpUsagePages, limit: int) -> list[UsageRecord]:
    found, after = list[UsageRecord](), None
    while True:
        page = read(pages, after=after, limit=limit)
        found += page.records
        if page.cursor is None:
            return found
        after = Mark(page.as_of, page.cursor)


def trouble(pages: HttpUsagePages, after: Mark | None = None, *, limit: int = 10) -> str:
    """What becomes of a page, in one line."""
    try:
        return f"{len(read(pages, after=after, limit=limit).records)} records"
    except PlaceLost:
        return "PlaceLost"
    except NotDone as error:
        return f"{type(error).__name__} {error}"


def test_bill_4_a_record_has_what_a_file_shows_and_no_more(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    page = read_one(pages, server, usage(id_="r1", cost="0.012345"))

    assert page == UsagePage(
        [
            UsageRecord(
                "r1",
                STARTED,
                UsageKind.VOICE,
                SERVICE,
                Direction.OUTGOING,
                "+37255500001",
                "+37255512345",
                "home",
                "EE",
                False,
                61,
                61,
                0,
                1,
                Decimal("0.012345"),
                Decimal(24),
                False,
                "",
            )
        ],
        0,
        AS_OF,
        None,
    )


def test_bill_5_imei_and_cell_get_no_further_than_the_adapter(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    said = repr(read_one(pages, server, usage()))

    assert "353456789012345" not in said
    assert "248-01-4711" not in said


@pytest.mark.parametrize(
    "told",
    [
        {"withheld": True},
        {"withheld": True, "direction": "outgoing"},
        {"withheld": None},
        {"withheld": None, "direction": "forwarded"},
    ],
    ids=["withheld", "outgoing", "not said", "forwarded, not said"],
)
def test_bill_5_a_withheld_callers_number_is_dropped_in_the_adapter(
    pages: HttpUsagePages, server: UsageServer, told: dict[str, Any]
) -> None:
    (record,) = read_one(pages, server, usage(**{"direction": "incoming"} | told)).records

    assert record.other_number == ""


def test_bill_4_pages_have_every_record_once_in_order(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    server.records = [*month_of(25)]

    assert [each.id for each in all_of(pages, 10)] == [f"r{n:07}" for n in range(25)]


def test_bill_4_late_records_neither_shift_nor_repeat_anything(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    server.records = [*month_of(20)]

    def arrive(number: int, reply: Reply) -> Reply:
        late = usage(STARTED + timedelta(minutes=number), id_=f"late-{number}")
        server.records.append(late)
        server.received[late["id"]] = "2026-12-01T10:00:01+00:00"
        return reply

    server.change = arrive

    assert [each.id for each in all_of(pages, 5)] == [f"r{n:07}" for n in range(20)]
    assert {*server.asked[1]["asOf"], *server.asked[-1]["asOf"]} == {AS_OF}


def test_bill_4_what_is_asked_for(pages: HttpUsagePages, server: UsageServer) -> None:
    """A local month in UTC, half-open; a filter that is not set is not sent."""
    which = terms(
        services=[SERVICE, UUID(int=1)],
        kinds=frozenset({UsageKind.SMS, UsageKind.DATA}),
        direction=Direction.OUTGOING,
        is_roaming=True,
        min_cost=Decimal(1),
    ).which
    read(pages)
    read(pages, which, after=somewhere(server))

    assert server.asked[0] == {
        "billingAccount.id": [str(ACCOUNT)],
        "usageDate.gte": ["2026-10-31T22:00:00Z"],
        "usageDate.lt": ["2026-11-30T22:00:00Z"],
        "service": [str(SERVICE)],
        "limit": ["10"],
    }
    assert server.asked[1] == server.asked[0] | {
        "service": [str(UUID(int=1)), str(SERVICE)],
        "usageType": ["data", "sms"],
        "direction": ["outgoing"],
        "roaming": ["true"],
        "asOf": [AS_OF],
        "after": server.asked[1]["after"],
    }


def somewhere(server: UsageServer) -> Mark:
    server.records = [*month_of(2)]
    reply = server._page(server.asked[0] | {"limit": ["1"]})
    return Mark(AS_OF, reply.headers["X-Next-Cursor"])


def test_bill_4_very_many_services_are_not_named(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    read(pages, terms(services=[uuid4() for _ in range(51)]).which)

    assert "service" not in server.asked[0]


WRONG: list[Callable[[dict[str, Any]], object]] = [
    lambda each: each.pop("usageDate"),
    lambda each: each.update(usageDate="2026-11-03T12:00:00"),
    lambda each: each.update(usageDate="yesterday"),
    lambda each: each.update(usageDate="9999-12-31T23:59:59-14:00"),
    lambda each: each.update(usageType="fax"),
    lambda each: each.update(status="received"),
    lambda each: each.update(id=""),
    lambda each: each.update(id=7),
    lambda each: each.update(id="r\n1"),
    lambda each: each.update(usageCharacteristic=None),
    lambda each: each.update(ratedProductUsage=[]),
    lambda each: each["ratedProductUsage"][0].update(taxRate=-1),
    lambda each: each["ratedProductUsage"][0].update(taxRate="NaN"),
    lambda each: each["ratedProductUsage"][0]["taxExcludedRatingAmount"].update(value="sNaN"),
    lambda each: each["ratedProductUsage"][0]["taxExcludedRatingAmount"].update(value="1e9999999"),
    lambda each: each["ratedProductUsage"][0]["taxExcludedRatingAmount"].update(unit="USD"),
    lambda each: each["ratedProductUsage"][0]["taxExcludedRatingAmount"].update(value="much"),
    lambda each: each["ratedProductUsage"][0]["taxExcludedRatingAmount"].update(value=10**9),
]
WORDS: list[dict[str, Any]] = [
    {"service": "me"},
    {"service": None},
    {"direction": "up"},
    {"direction": ["outgoing"]},
    {"withheld": "no"},
    {"otherNumber": 37255512345},
    {"otherNumber": "+372\r\n=1+1"},
    {"zone": "z" * 101},
    {"usedSeconds": -1},
    {"usedSeconds": 1.5},
    {"usedSeconds": True},
    {"bytes": 10**18},
    {"roaming": "yes"},
]


def test_bill_4_a_rate_has_no_more_digits_than_a_file_can_hold(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    record = usage(id_="r1")
    record["ratedProductUsage"][0]["taxRate"] = "1e-999999999"  # written out: a gigabyte
    body = json.dumps([record]).encode()
    server.change = lambda _, reply: Reply(200, body, reply.headers)

    assert f"{read(pages).records[0].vat_rate:f}" == "0.000000"


@pytest.mark.parametrize("number", range(len(WRONG) + len(WORDS)))
def test_bill_4_a_record_that_is_wrong_is_counted_and_stops_no_other(
    pages: HttpUsagePages, server: UsageServer, number: int
) -> None:
    good, more = usage(id_="r1"), usage(STARTED + timedelta(minutes=2), id_="r3")
    wrong = usage(STARTED + timedelta(minutes=1), id_="r2")
    if number < len(WRONG):
        WRONG[number](wrong)
    else:
        wrong = usage(id_="r2", **WORDS[number - len(WRONG)])
    body = json.dumps([good, wrong, more]).encode()
    server.change = lambda _, reply: Reply(200, body, reply.headers)

    page = read(pages)

    assert ([each.id for each in page.records], page.rejected) == (["r1", "r3"], 1)


@pytest.mark.parametrize(
    ("good", "wrong", "expected"),
    [(0, 10, "0 records"), (0, 11, "Trouble"), (20, 20, "20 records"), (20, 21, "Trouble")],
)
def test_bill_4_a_page_that_is_mostly_wrong_is_asked_for_again(
    pages: HttpUsagePages, server: UsageServer, good: int, wrong: int, expected: str
) -> None:
    """Then it is billing that is wrong for a while, and no record of the page is given up."""
    broken = usage(STARTED - timedelta(hours=1))
    broken["usageDate"] = "eile"
    body = json.dumps([*[{**broken} for _ in range(wrong)], *month_of(good)]).encode()
    server.change = lambda _, reply: Reply(200, body, reply.headers)

    answer = trouble(pages, limit=50)

    assert answer.startswith(expected)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(503), "Trouble busy: http_503"),
        (Reply(429), "Trouble busy: http_429"),
        (Reply(500), "Trouble target_error: http_500"),
        (Reply(401), "Trouble target_error: http_401"),
        (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), "Trouble target_error: http_302"),
        (Reply(200, b"<html>", {"X-As-Of": AS_OF}), "Trouble target_error: unreadable"),
        (Reply(200, b"{}", {"X-As-Of": AS_OF}), "Trouble target_error: unreadable"),
        (Reply(200, b"[", {"X-As-Of": AS_OF}), "Trouble target_error: unreadable"),
        (Reply(200, b"[\xff]", {"X-As-Of": AS_OF}), "Trouble target_error: unreadable"),
        (Reply(200, b"[]", {"X-As-Of": AS_OF}, cut_at=1), "Trouble unreachable"),
        (Reply(200, b"[]"), "Trouble target_error: as_of"),
        (Reply(200, b"[]", {"X-As-Of": "now"}), "Trouble target_error: as_of"),
        (Reply(200, b"[]", {"X-As-Of": "2026-12-01"}), "Trouble target_error: as_of"),
        (Reply(200, b"[]", {"X-As-Of": "0001-01-01T00:00+14:00"}), "Trouble target_error: as_of"),
        (
            Reply(200, b"[]", {"X-As-Of": AS_OF, "X-Next-Cursor": "c" * 501}),
            "Trouble target_error: cursor",
        ),
        (
            Reply(200, b"[" + b"1," * 10 + b"1]", {"X-As-Of": AS_OF}),
            "Trouble target_error: too_many",
        ),
        (
            Reply(404, b'{"code": "account_unknown", "message": "no"}'),
            "Refused service_unknown: account_unknown",
        ),
        (
            Reply(400, b'{"code": "invalid_query", "message": "limit"}'),
            "Refused refused: invalid_query",
        ),
    ],
    ids=range(18),
)
def test_bill_4_whatever_billing_answers_is_told_apart(
    pages: HttpUsagePages, server: UsageServer, reply: Reply, expected: str
) -> None:
    server.change = lambda *_: reply

    assert trouble(pages) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-As-Of": "2026-12-01T10:00:01Z"}, "Trouble target_error: as_of"),
        ({"X-As-Of": "2026-12-01T12:00:00+02:00"}, "0 records"),
        ({}, "0 records"),
        ({"X-Next-Cursor": MARK.cursor}, "Trouble target_error: cursor"),
    ],
    ids=["another moment", "the same moment", "none", "the same cursor"],
)
def test_bill_4_a_later_page_is_of_the_same_moment_and_leads_on(
    pages: HttpUsagePages, server: UsageServer, headers: dict[str, str], expected: str
) -> None:
    server.change = lambda *_: Reply(200, b"[]", headers)

    assert trouble(pages, MARK) == expected


@pytest.mark.parametrize("code", ["invalid_query", "cursor_unknown", "as_of_gone"])
def test_bill_4_a_place_that_billing_has_lost_is_no_refusal(
    pages: HttpUsagePages, server: UsageServer, code: str
) -> None:
    server.change = lambda *_: Reply(400, json.dumps({"code": code}).encode())

    assert trouble(pages, MARK) == "PlaceLost"


def test_bill_4_a_record_that_is_there_twice_is_no_page(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    """Also where another of the same moment is between the two."""
    one, other = (usage(STARTED, id_=id_) for id_ in "ab")
    body = json.dumps([one, other, one]).encode()
    server.change = lambda _, reply: Reply(200, body, reply.headers)

    assert trouble(pages) == "Trouble target_error: order"


@pytest.mark.parametrize("order", [[1, 0], [0, 0]], ids=["no order", "twice"])
def test_bill_4_records_out_of_order_are_no_page(
    pages: HttpUsagePages, server: UsageServer, order: list[int]
) -> None:
    two = month_of(2)
    body = json.dumps([two[n] for n in order]).encode()
    server.change = lambda _, reply: Reply(200, body, reply.headers)

    assert trouble(pages) == "Trouble target_error: order"


def test_bill_4_the_hour_that_comes_twice_keeps_its_two_hours(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    """03:30 in summer time, and an hour later 03:30 again: two calls, in their order."""
    server.records = [
        usage(STARTED.fromisoformat(f"2026-10-25T03:30:00{offset}"), id_=offset)
        for offset in ("+02:00", "+03:00")
    ]
    which = terms(first=STARTED.date().replace(day=25, month=10)).which

    assert [each.id for each in read(pages, which).records] == ["+03:00", "+02:00"]


def test_bill_4_an_answer_that_never_ends_is_not_read_to_the_end(
    pages: HttpUsagePages, server: UsageServer
) -> None:
    body = b"[" + b" " * (65 * 2**20)
    server.change = lambda _, reply: Reply(200, body, reply.headers)

    assert trouble(pages) == "Trouble target_error: too_large"


def test_bill_4_without_a_setting_nothing_is_read() -> None:
    with pytest.raises(NotDone, match="VOLITUS_BILLING_URL is not set"):
        NoUsagePages().page(ACCOUNT, WHICH, None, 1)
