"""Usage records: in pages, as of a moment, each a function of number and month."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.clients.billing_client import ACCOUNT, SERVICE, Client

NOW = "2026-12-01T10:00:00Z"
OTHER = "33333333-3333-4333-8333-333333333333"
PHONE: dict[str, Any] = {
    "service": SERVICE,
    "number": "+37255500001",
    "megabytes": 1024,
    "minutes": 500,
}
SECOND: dict[str, Any] = {"service": OTHER, "number": "+37255500002"}
YEAR: dict[str, Any] = {
    "usageDate_gte": "2025-11-30T22:00:00Z",
    "usageDate_lt": "2026-12-31T22:00:00Z",
}
QUARTER: dict[str, Any] = {
    "usageDate_gte": "2026-08-31T21:00:00Z",
    "usageDate_lt": "2026-11-30T22:00:00Z",
}
NOVEMBER: dict[str, Any] = {
    "usageDate_gte": "2026-10-31T22:00:00Z",
    "usageDate_lt": "2026-11-30T22:00:00Z",
}


@pytest.fixture
def account(billing: Client) -> Client:
    billing.clock(NOW)
    billing.ledger(PHONE, SECOND)
    return billing


def pages(billing: Client, limit: int = 5000, **query: Any) -> Iterator[httpx.Response]:
    """Yield every page, as of the moment of the first one."""
    query |= {"billingAccount_id": ACCOUNT, "limit": limit}
    while True:
        answer = billing.get("/usage", **query)
        yield answer
        if "x-next-cursor" not in answer.headers:
            return
        query |= {"after": answer.headers["x-next-cursor"], "asOf": answer.headers["x-as-of"]}


def records(billing: Client, limit: int = 5000, **query: Any) -> list[dict[str, Any]]:
    found = []
    for answer in pages(billing, limit, **query):
        for each in answer.json():
            values = {one["name"]: one["value"] for one in each.pop("usageCharacteristic")}
            found.append(each | values)
    return found


def test_bill_4_pages_have_every_record_once_and_in_order(account: Client) -> None:
    whole = records(account, **YEAR)

    assert records(account, limit=97, **YEAR) == whole
    order = [(datetime.fromisoformat(each["usageDate"]), each["id"]) for each in whole]
    assert order == sorted(set(order))
    assert len(whole) > 12 * 2 * 100
    # Every kind is there, and what nobody is to see.
    assert {each["usageType"] for each in whole} == {"voice", "sms", "mms", "data", "premium"}
    assert {each["direction"] for each in whole} == {"outgoing", "incoming", "forwarded"}
    assert {"112", "116111", "1902"} <= {each["otherNumber"] for each in whole}
    assert any(each["withheld"] and each["otherNumber"] for each in whole)
    assert all(each["imei"] and each["cell"] for each in whole)
    busy = Counter(datetime.fromisoformat(each["usageDate"]).weekday() < 5 for each in whole)
    assert busy[True] > 4 * busy[False]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"service": OTHER}, lambda each: each["service"] == OTHER),
        ({"service": [OTHER, SERVICE]}, lambda each: "service" in each),
        ({"usageType": ["sms", "mms"]}, lambda each: each["usageType"] in {"sms", "mms"}),
        ({"direction": "incoming"}, lambda each: each["direction"] == "incoming"),
        ({"roaming": "true"}, lambda each: each["roaming"]),
        ({"roaming": "false"}, lambda each: not each["roaming"]),
    ],
)
def test_bill_4_filters_leave_out_what_does_not_fit(
    account: Client, query: dict[str, Any], fits: Any
) -> None:
    found = records(account, **QUARTER, **query)

    assert found == [each for each in records(account, **QUARTER) if fits(each)]
    assert found


def test_bill_4_periods_are_half_open(account: Client) -> None:
    middle = "2026-11-12T11:30:00Z"
    before = records(account, **NOVEMBER | {"usageDate_lt": middle})
    after = records(account, **NOVEMBER | {"usageDate_gte": middle})

    assert before + after == records(account, **NOVEMBER)


def test_bill_7_the_hour_that_comes_twice_has_calls_at_the_same_time_of_the_clock(
    account: Client,
) -> None:
    night: dict[str, Any] = {
        "usageDate_gte": "2026-10-25T00:00:00Z",
        "usageDate_lt": "2026-10-25T02:00:00Z",
    }

    found = [each["usageDate"] for each in records(account, service=SERVICE, **night)]

    assert "2026-10-25T03:30:00+03:00" in found
    assert "2026-10-25T03:30:00+02:00" in found


def test_bill_7_roaming_comes_days_late_and_shifts_no_page_as_of_an_earlier_moment(
    account: Client,
) -> None:
    account.clock("2026-11-28T10:00:00Z")
    early = records(account, limit=50, **NOVEMBER)
    first = next(pages(account, **NOVEMBER))
    account.clock("2026-12-20T10:00:00Z")

    late = [each for each in records(account, **NOVEMBER) if each not in early]
    again = records(account, limit=50, **NOVEMBER, asOf=first.headers["x-as-of"])

    assert any(each["roaming"] and each["usageDate"] < "2026-11-28" for each in late)
    # Meanwhile November was invoiced; as of that moment it was not.
    assert again == early
    assert {each["status"] for each in early} == {"rated"}


def test_bill_7_what_comes_after_the_invoice_is_on_the_next_one(billing: Client) -> None:
    billing.clock(NOW)
    ids = (f"{n:08}-3333-4333-8333-333333333333" for n in range(6))
    billing.ledger(*({"service": each, "records": 30} for each in ids))
    bills = {each["billNo"]: each for each in billing.bills() if each["category"] == "normal"}

    found = [each for each in records(billing, **YEAR) if each["status"] == "billed"]
    late = [each for each in found if each["usageDate"][:7] != _month(bills[each["billNo"]])]

    assert late
    assert all(each["roaming"] for each in late)


def _month(bill: dict[str, Any]) -> str:
    """The month before that of the issue."""
    issued = datetime.fromisoformat(bill["billDate"])
    year, month = divmod(issued.year * 12 + issued.month - 2, 12)
    return f"{year}-{month + 1:02}"


def test_bill_1_what_records_cost_is_on_the_invoices(account: Client) -> None:
    account.clock("2026-12-06T10:00:00Z")
    bills = {each["billNo"]: each["id"] for each in account.bills()}
    sums: dict[tuple[str, str, int], Decimal] = {}
    for each in records(account, **YEAR):
        (rated,) = each["ratedProductUsage"]
        if each["billNo"] is not None:
            key = (each["billNo"], each["service"], rated["taxRate"])
            value = Decimal(str(rated["taxExcludedRatingAmount"]["value"]))
            sums[key] = sums.get(key, Decimal(0)) + value

    for number, bill in bills.items():
        invoiced: dict[tuple[str, str, int], Decimal] = {}
        for line in account.get("/appliedCustomerBillingRate", bill_id=bill).json():
            told = {each["name"]: each["value"] for each in line["characteristic"]}
            if told["kind"] in {"voice", "sms", "data", "roaming", "premium"}:
                key = (number, told["service"], line["appliedTax"][0]["taxRate"])
                net = Decimal(str(line["taxExcludedAmount"]["value"]))
                invoiced[key] = invoiced.get(key, Decimal(0)) + net
        for key, net in invoiced.items():
            assert abs(sums[key] - net) < Decimal("0.03")  # each line is rounded by itself


def test_bill_1_the_summary_of_a_month_adds_its_records_up(account: Client) -> None:
    query = {"billingAccount_id": ACCOUNT, "month": "2026-11"}
    by_day = account.get("/usageSummary", by="day", **query).json()
    by_month = account.get("/usageSummary", by="month", service=SERVICE, **query).json()
    together = account.get("/usageSummary", by="month", sum="services", **query).json()
    found = records(account, **NOVEMBER)

    for name, field in (("usedSeconds", "usedSeconds"), ("bytes", "bytes"), ("count", "count")):
        expected = sum(each[field] for each in found)
        assert sum(each[name] for each in by_day["rows"]) == expected
        assert sum(each[name] for each in together["rows"]) == expected
    assert {each["day"] for each in by_month["rows"]} == {None}
    assert {each["service"] for each in by_month["rows"]} == {SERVICE}
    assert {each["service"] for each in together["rows"]} == {None}
    assert (by_day["isFinal"], by_day["asOf"]) == (False, NOW)
    of_package = {each["usageType"]: each for each in by_month["allowances"]}
    assert (of_package["voice"]["allowance"], of_package["sms"]["allowance"]) == (30_000, None)
    assert of_package["data"]["allowance"] == 1024 * 1_048_576
    assert of_package["data"]["used"] > 0


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"usageDate_gte": "yesterday"},
        {"usageDate_gte": "2026-11-01T00:00:00"},
        NOVEMBER | {"after": "nowhere"},
        NOVEMBER | {"limit": 0},
        NOVEMBER | {"roaming": "perhaps"},
    ],
)
def test_bill_7_a_wrong_query_is_refused(account: Client, query: dict[str, Any]) -> None:
    answer = account.get("/usage", billingAccount_id=ACCOUNT, **query)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_query")


def test_bill_7_a_month_may_have_a_million_records(account: Client) -> None:
    account.ledger(PHONE | {"records": 1_000_000})
    answers = pages(account, **NOVEMBER)

    for _ in range(2):
        assert len(next(answers).json()) == 5000


def test_bill_7_a_page_may_be_short_and_another_follow(account: Client) -> None:
    """Only a missing cursor says that there is no more."""
    account.ledger(PHONE | {"records": 200_000})
    answers = pages(account, usageType="premium", **NOVEMBER)

    sizes = [len(next(answers).json()) for _ in range(3)]

    assert max(sizes) < 5
