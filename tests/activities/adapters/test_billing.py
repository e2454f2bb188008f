"""The adapter to billing against its simulator: what each answer and each trouble comes to."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from activities.adapters.billing.billing import HttpBilling, NoBilling
from activities.adapters.billing.requests import BillingRequests
from domain.provisioning.bookings import BookedPrice, Booking, BookingAction
from domain.provisioning.steps import Answer, Done, NotDone
from tests.clients import billing_client
from tests.clients.billing_client import ACCOUNT, SERVICE
from tests.fixtures.patience import PATIENCE

CHARGE = Booking(
    BookingAction.CHARGE,
    UUID(ACCOUNT),
    UUID(SERVICE),
    "roaming-pass",
    prices=[BookedPrice(500, "EUR", is_vat_included=True)],
)
LIMIT = Booking(
    BookingAction.SET_LIMIT,
    UUID(ACCOUNT),
    UUID(SERVICE),
    "spending-limit",
    characteristics={"spendingLimit": 5000, "spendingLimitAction": None},
)


@pytest.fixture(scope="module")
def simulator(http_servers: None) -> Iterator[billing_client.Client]:
    with billing_client.running() as simulator:
        yield simulator


@pytest.fixture
def billing(simulator: billing_client.Client) -> Iterator[HttpBilling]:
    simulator.reset()
    with httpx.Client() as http:
        yield _adapter(http, simulator.billing_url, PATIENCE)


def _adapter(http: httpx.Client, url: str, timeout: float) -> HttpBilling:
    return HttpBilling(BillingRequests(http, url, billing_client.TOKEN, timeout=timeout))


def outcome_of(call: Callable[[], Answer | None]) -> str:
    """An answer in one line: what it is, why, and billing's own word."""
    try:
        return type(call()).__name__
    except NotDone as error:
        return f"{type(error).__name__} {error}"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"kind": "http_500"}, ("InDoubt target_error: http_500",
         "Trouble target_error: http_500", "NoneType")),
        ({"kind": "http_503"}, ("Trouble busy: http_503", "Trouble busy: http_503", "NoneType")),
        ({"kind": "http_429"}, ("Trouble busy: http_429", "Trouble busy: http_429", "NoneType")),
        ({"kind": "timeout"}, ("InDoubt answer_lost", "Trouble unreachable", "NoneType")),
        ({"kind": "cut"}, ("InDoubt answer_lost", "Trouble unreachable", "Done")),
        ({"kind": "delay_after", "seconds": 0.1}, ("Done", "NoneType", "Done")),
    ],
    ids=lambda each: each["kind"] if isinstance(each, dict) else "",
)  # fmt: skip
def test_order_12_troubles_on_the_way_to_billing_are_told_apart(
    simulator: billing_client.Client,
    billing: HttpBilling,
    fault: dict[str, Any],
    expected: tuple[str, str, str],
) -> None:
    """Trouble promises that nothing was booked; doubt, that the question finds the outcome."""
    simulator.control("PUT", "/faults", {"source": "all", **fault})
    with httpx.Client() as http:
        patience = 0.5 if fault["kind"] == "timeout" else PATIENCE
        hasty = _adapter(http, simulator.billing_url, patience)
        found = [outcome_of(lambda: hasty.book(CHARGE, "k-1"))]
        found.append(outcome_of(lambda: hasty.ask("k-2")))
    simulator.control("DELETE", "/faults")
    found.append(outcome_of(lambda: billing.ask("k-1")))
    assert tuple(found) == expected


@pytest.mark.parametrize(
    ("fault", "at_once", "later"),
    [
        ({"kind": "refuse", "code": "credit_refused"}, "Refused credit_refused: credit_refused",
         "NoneType"),
        ({"kind": "refuse", "code": "limit_too_high"}, "Refused limit_too_high: limit_too_high",
         "NoneType"),
        ({"kind": "refuse", "code": "no such +37255500001"}, "Refused refused", "NoneType"),
        ({"kind": "refuse_later", "code": "dunning"}, "Accepted", "Refused refused: dunning"),
        ({"kind": "never"}, "Accepted", "Accepted"),
        ({"kind": "double"}, "Done", "Done"),
    ],
)  # fmt: skip
def test_order_12_what_becomes_of_a_booking(
    simulator: billing_client.Client,
    billing: HttpBilling,
    fault: dict[str, Any],
    at_once: str,
    later: str,
) -> None:
    simulator.fault(**fault)
    assert outcome_of(lambda: billing.book(CHARGE, "k-1")) == at_once
    assert outcome_of(lambda: billing.ask("k-1")) == later


def test_order_12_every_kind_of_booking_reaches_billing_and_is_made_once(
    simulator: billing_client.Client, billing: HttpBilling
) -> None:
    undo = Booking(
        BookingAction.RESTORE_LIMIT, UUID(ACCOUNT), UUID(SERVICE), "spending-limit", of="k-2"
    )
    for _ in range(2):
        for key, booking in (("k-1", CHARGE), ("k-2", LIMIT), ("k-3", undo)):
            assert type(billing.book(booking, key)) is Done
    assert [(each["key"], each["action"]) for each in simulator.booked()] == [
        ("k-1", "charge"),
        ("k-2", "set_limit"),
        ("k-3", "restore_limit"),
    ]
    assert (simulator.owed(), simulator.held()) == (500, {})


@pytest.mark.parametrize(
    ("status", "body", "booked", "asked"),
    [
        (200, None, "Accepted", "Trouble target_error: unreadable"),
        (200, {"key": "other", "state": "booked"}, "Accepted", "Trouble target_error: unreadable"),
        (200, [{"key": "other", "state": "booked"}], "Accepted",
         "Trouble target_error: unreadable"),
        (200, {"key": "k-1", "state": "thinking", "id": "../x"}, "Accepted",
         "Trouble target_error: unreadable"),
        (200, [{"key": "k-1", "state": "thinking"}, 5], "Accepted", "Accepted"),
        (200, [], "Accepted", "NoneType"),
        (302, None, "InDoubt target_error: http_302", "Trouble target_error: http_302"),
        (401, {"code": "unauthenticated"}, "Trouble target_error: http_401",
         "Trouble target_error: http_401"),
        (404, None, "Refused refused", "Trouble target_error"),
    ],
)  # fmt: skip
def test_order_12_only_an_answer_about_this_very_booking_counts(
    status: int, body: Any, booked: str, asked: str
) -> None:
    """Billing that shows anybody's bookings, or nothing readable, proves nothing."""
    answers = httpx.MockTransport(lambda _: httpx.Response(status, json=body))
    with httpx.Client(transport=answers) as http:
        billing = _adapter(http, "http://billing/v1", 1)
        assert outcome_of(lambda: billing.book(CHARGE, "k-1")) == booked
        assert outcome_of(lambda: billing.ask("k-1")) == asked


def test_order_12_without_billing_every_call_is_trouble() -> None:
    unset = "Trouble unreachable: VOLITUS_BILLING_URL is not set"
    assert outcome_of(lambda: NoBilling().book(CHARGE, "k-1")) == unset
    assert outcome_of(lambda: NoBilling().ask("k-1")) == unset
