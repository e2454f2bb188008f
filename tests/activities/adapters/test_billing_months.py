"""What billing sums up of a month, and credit limits, against bodies that are wrong (bill.1)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from prometheus_client import REGISTRY

from activities.adapters.billing import credit_limits, month_summaries
from activities.adapters.billing.reads import BillingReads
from activities.adapters.billing.requests import BillingRequests
from domain.billing.credit_limit import ChangedBy, LimitUse
from domain.billing.invoices import LineKind
from domain.billing.money import Money
from domain.billing.months import Month
from domain.call_details.records import UsageKind
from domain.provisioning.steps import Trouble
from domain.visible_text import is_visible
from tests.clients.billing_client import ACCOUNT, SERVICE

ID, PHONE = UUID(ACCOUNT), UUID(SERVICE)
NOVEMBER = Month(2026, 11)
AS_OF = "2026-12-05T09:00:00+02:00"
ROW: dict[str, Any] = {
    "service": SERVICE,
    "day": None,
    "usageType": "voice",
    "roaming": False,
    "direction": "outgoing",
    "usedSeconds": 60,
    "bytes": 0,
    "count": 1,
    "taxExcludedAmount": {"unit": "EUR", "value": 0.1},
}
USAGE: dict[str, Any] = {"asOf": AS_OF, "isFinal": True, "rows": [ROW], "allowances": []}
COST: dict[str, Any] = {
    "service": SERVICE,
    "kind": "voice",
    "taxExcludedAmount": {"unit": "EUR", "value": 1},
    "taxIncludedAmount": {"unit": "EUR", "value": 1.24},
    "taxRate": 24,
}
COSTS: dict[str, Any] = {"asOf": AS_OF, "isFinal": True, "rows": [COST]}
CHANGE: dict[str, Any] = {
    "id": "1",
    "at": AS_OF,
    "service": None,
    "from": None,
    "to": {"unit": "EUR", "value": 10},
    "by": {"kind": "customer", "name": "Mari\u202e Maasikas\n"},
    "reason": "order",
}
Says = Callable[..., BillingReads]


@pytest.fixture
def says() -> Says:
    """Billing that answers these bodies, one after the other."""

    def made(*bodies: Any, **headers: str) -> BillingReads:
        left = [json.dumps(body).encode() for body in bodies]

        def answer(_: httpx.Request) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return httpx.Response(200, content=left.pop(0), headers=named)

        http = httpx.Client(transport=httpx.MockTransport(answer))
        requests = BillingRequests(http, "http://billing.example/v1/", None, timeout=5)
        return BillingReads(requests, ZoneInfo("Europe/Tallinn"))

    return made


def test_bill_1_a_number_with_a_fraction_is_the_decimal_that_was_written(says: Says) -> None:
    rows = [ROW | {"taxExcludedAmount": {"unit": "EUR", "value": 0.1}}] * 3

    found = month_summaries.usage_of_services(says(USAGE | {"rows": rows}), ID, NOVEMBER)

    assert [row.amount.net.amount for row in found.rows] == [Decimal("0.10")] * 3
    assert found.as_of == datetime(2026, 12, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("as_of", "said", "is_final"),
    [
        (AS_OF, True, True),
        (AS_OF, False, False),
        ("2026-12-01T00:00:00+02:00", True, True),
        # The month lasted still: one that is final is never asked for again.
        ("2026-11-30T23:59:59+02:00", True, False),
    ],
)
def test_bill_2_a_month_that_lasts_is_never_final(
    says: Says, as_of: str, said: bool, is_final: bool
) -> None:
    told = {"asOf": as_of, "isFinal": said}

    usage = month_summaries.usage_of_services(says(USAGE | told), ID, NOVEMBER)
    costs = month_summaries.costs(says(COSTS | told), ID, NOVEMBER)

    assert (usage.is_final, costs.is_final) == (is_final, is_final)


def test_bill_1_what_is_not_known_hides_nothing_else(says: Says) -> None:
    rows = [ROW, ROW | {"usageType": "telepathy"}, ROW | {"direction": "sideways"}]
    costs = [COST | {"kind": "magic"}, COST | {"kind": None}]

    usage = month_summaries.usage_of_services(says(USAGE | {"rows": rows}), ID, NOVEMBER)
    cost = month_summaries.costs(says(COSTS | {"rows": costs}), ID, NOVEMBER)

    assert [row.kind for row in usage.rows] == [UsageKind.VOICE, UsageKind.VOICE]
    assert usage.rows[1].direction is None
    assert [row.kind for row in cost.rows] == [LineKind.OTHER, LineKind.OTHER]


@pytest.mark.parametrize(
    "wrong",
    [
        {"asOf": None},
        {"asOf": "2026-12-05T09:00:00"},
        {"asOf": "yesterday"},
        {"rows": None},
        {"rows": {}},
        {"rows": [ROW | {"service": "not an id"}]},
        {"rows": [ROW | {"usedSeconds": -1}]},
        {"rows": [ROW | {"usedSeconds": 1.5}]},
        {"rows": [ROW | {"bytes": 2**60}]},
        {"rows": [ROW | {"day": "2026-10-31"}]},
        {"rows": [ROW | {"day": "2026-11-31"}]},
        {"rows": [ROW | {"taxExcludedAmount": None}]},
        {"rows": [ROW | {"taxExcludedAmount": {"unit": "EUR", "value": "much"}}]},
        {"rows": [ROW | {"taxExcludedAmount": {"unit": "euro", "value": 1}}]},
        {"rows": [ROW, ROW | {"taxExcludedAmount": {"unit": "USD", "value": 1}}]},
    ],
)
def test_bill_1_wrong_usage_is_trouble(says: Says, wrong: dict[str, Any]) -> None:
    with pytest.raises(Trouble) as caught:
        month_summaries.usage_of_services(says(USAGE | wrong), ID, NOVEMBER)

    assert caught.value.detail == "unreadable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"asOf": None},
        {"rows": "none"},
        {"rows": [COST | {"service": 7}]},
        {"rows": [COST | {"taxRate": 240}]},
        {"rows": [COST | {"taxIncludedAmount": None}]},
        {"rows": [COST | {"taxExcludedAmount": {"value": 1e30}}]},
    ],
)
def test_bill_1_wrong_costs_are_trouble(says: Says, wrong: dict[str, Any]) -> None:
    with pytest.raises(Trouble):
        month_summaries.costs(says(COSTS | wrong), ID, NOVEMBER)


def test_bill_5_billing_that_does_not_heed_the_service_shows_no_other(says: Says) -> None:
    other = ROW | {"service": ACCOUNT, "day": "2026-11-02"}
    allowed = {"service": ACCOUNT, "usageType": "data", "unit": "bytes", "used": 1}
    body = USAGE | {"rows": [ROW | {"day": "2026-11-01"}, other], "allowances": [allowed]}

    found = month_summaries.usage_by_day(says(body), ID, NOVEMBER, PHONE)

    assert [(row.service_id, row.day) for row in found.rows] == [(PHONE, date(2026, 11, 1))]
    assert found.allowances == []


def test_bill_2_limits_may_be_missing(says: Says) -> None:
    used = {"unit": "EUR", "value": 3}
    services = [{"service": SERVICE, "amount": None, "used": used}]
    body = {"asOf": AS_OF, "amount": None, "used": used, "services": services}

    found = credit_limits.credit_limits(says(body), ID)

    none = LimitUse(None, Money(Decimal(3)))
    assert (found.account, found.services) == (none, {PHONE: none})


def test_bill_2_every_page_of_the_history_is_read_once(says: Says) -> None:
    first = [CHANGE | {"id": str(number)} for number in range(4)]
    # A change that came in between shifts the pages by one.
    second = [first[-1], CHANGE | {"id": "9", "by": {"kind": "witch"}, "at": "2026-01-01T00:00Z"}]

    found = credit_limits.history(says(first, second, X_Total_Count="6"), ID)

    assert [each.id for each in found.changes] == ["0", "1", "2", "3", "9"]
    assert found.changes[-1].by is ChangedBy.SYSTEM
    assert not found.is_whole  # the one that came in is not among them


def test_bill_2_the_history_is_read_to_its_end_where_billing_counts_nothing(says: Says) -> None:
    pages = [[CHANGE | {"id": str(number)}] for number in range(3)]

    found = credit_limits.history(says(*pages, []), ID)

    assert {each.id for each in found.changes} == {"0", "1", "2"}


def test_bill_2_a_name_is_one_line_of_what_can_be_seen(says: Says) -> None:
    (found,) = credit_limits.history(says([CHANGE], X_Total_Count="1"), ID).changes

    assert is_visible(found.name)
    assert found.name.startswith("Mari")
    assert found.after == Money(Decimal(10))
    assert (found.before, found.booking) == (None, "")


@pytest.mark.parametrize("key", ["order/1\0", "order/\u202e", "order\n", "x" * 201, ""])
def test_bill_2_a_key_that_cannot_be_kept_names_no_booking(says: Says, key: str) -> None:
    body = [CHANGE | {"id": "2", "key": "order/1"}, CHANGE | {"key": key}]

    known, unknown = credit_limits.history(says(body, X_Total_Count="2"), ID).changes

    assert (known.booking, unknown.booking) == ("order/1", "")


@pytest.mark.parametrize("wrong", [{"id": ""}, {"at": "now"}, {"by": None}, {"to": {"value": "x"}}])
def test_bill_1_a_change_that_is_wrong_hides_no_other(says: Says, wrong: dict[str, Any]) -> None:
    body = [CHANGE | {"id": "2"} | wrong, CHANGE]

    found = credit_limits.history(says(body, X_Total_Count="2"), ID)

    assert [each.id for each in found.changes] == ["1"]


TOO_MUCH = {"unit": "EUR", "value": 10**14}
KRONAS = {"unit": "SEK", "value": 1}


@pytest.mark.parametrize(
    "rows",
    [
        [COST, COST | {"taxExcludedAmount": KRONAS, "taxIncludedAmount": KRONAS}],
        [COST | {"taxIncludedAmount": KRONAS}],
        [COST | {"taxRate": None, "taxIncludedAmount": KRONAS}],
        [COST | {"taxExcludedAmount": TOO_MUCH}],
        [COST | {"taxIncludedAmount": TOO_MUCH}] * 10,
    ],
    ids=["two currencies", "gross in another", "and no rate", "too much", "too much together"],
)
def test_bill_2_costs_that_cannot_be_summed_up_are_trouble(
    says: Says, rows: list[dict[str, Any]]
) -> None:
    """Else every reader of the month met an error, for as long as the answer is kept."""
    with pytest.raises(Trouble):
        month_summaries.costs(says(COSTS | {"rows": rows}), ID, NOVEMBER)


@pytest.mark.parametrize("amount", [KRONAS, TOO_MUCH], ids=["another currency", "too much"])
def test_bill_1_usage_that_cannot_be_summed_up_is_trouble(
    says: Says, amount: dict[str, Any]
) -> None:
    rows = [ROW, ROW | {"taxExcludedAmount": amount}]

    with pytest.raises(Trouble):
        month_summaries.usage_of_services(says(USAGE | {"rows": rows}), ID, NOVEMBER)


ALLOWANCE: dict[str, Any] = {
    "service": SERVICE,
    "usageType": "data",
    "unit": "bytes",
    "allowance": 100,
    "used": 10,
}


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": [ROW, ROW | {"usageType": "satellite"}]},
        {"allowances": [ALLOWANCE, ALLOWANCE | {"unit": "minutes"}]},
        {"allowances": [ALLOWANCE, ALLOWANCE | {"usageType": "satellite"}]},
        {"allowances": [ALLOWANCE, ALLOWANCE | {"used": -1}]},
        {"allowances": [ALLOWANCE, None]},
    ],
    ids=["usage", "unit", "package", "used", "none"],
)
def test_bill_1_usage_of_which_something_is_unknown_says_so(
    says: Says, changed: dict[str, Any]
) -> None:
    """It hides nothing of the rest."""
    whole = USAGE | {"allowances": [ALLOWANCE]}
    metric, kind = "volitus_billing_incomplete_total", {"kind": "usageSummary"}
    before = REGISTRY.get_sample_value(metric, kind) or 0

    told = [
        month_summaries.usage_of_services(says(each), ID, NOVEMBER)
        for each in (whole, whole | changed)
    ]

    assert [each.is_whole for each in told] == [True, False]
    assert REGISTRY.get_sample_value(metric, kind) == before + 1
    assert [(len(each.rows), len(each.allowances)) for each in told] == [(1, 1)] * 2
