"""The billing system: what it books and refuses, each once, and how bookings are undone."""

from typing import Any

import httpx
import pytest

from tests.clients.billing_client import (
    ABOUT,
    ACCOUNT,
    CHARGE,
    PRICES,
    SERVICE,
    Client,
)

MORE = {"action": "set_limit", "characteristics": {"spendingLimit": 5000}, **ABOUT}
SUBSCRIPTION = {"action": "subscribe", "prices": PRICES, **ABOUT}


def test_order_12_a_booking_is_made_once_for_its_key_and_found_by_it(billing: Client) -> None:
    first, again = billing.book(CHARGE, "k-1"), billing.book(CHARGE, "k-1")

    assert (first.status_code, again.json()) == (201, first.json())
    assert billing.find("k-1").json() == [first.json()]
    assert {**first.json(), "id": ""} == {
        "id": "", "key": "k-1", "action": "charge", "state": "booked",
    }  # fmt: skip
    assert (billing.owed(), billing.find("k-2").json()) == (500, [])
    assert [(each["key"], each["booking"]["action"]) for each in billing.booked()] == [
        ("k-1", "charge")
    ]
    assert billing.control("GET", "/requests") == {"POST bookings": 2, "GET bookings": 2}


@pytest.mark.parametrize(
    ("body", "key", "status", "code"),
    [
        (CHARGE, None, 400, "key_missing"),
        ({}, "k", 400, "invalid_body"),
        (CHARGE | {"cents": 5}, "k", 400, "invalid_body"),
        (CHARGE | {"prices": []}, "k", 400, "invalid_body"),
        (CHARGE | {"action": "give"}, "k", 400, "invalid_body"),
        (CHARGE | {"product": "other"}, "known", 422, "key_reused"),
        (CHARGE | {"account": SERVICE}, "k", 409, "account_unknown"),
        (CHARGE | {"prices": PRICES * 3}, "k", 409, "credit_refused"),
        (CHARGE | {"action": "check_credit", "prices": PRICES * 3}, "k", 409, "credit_refused"),
        (SUBSCRIPTION | {"prices": PRICES * 3}, "k", 409, "credit_refused"),
        (MORE, "k", 409, "limit_too_high"),
        ({"action": "refund", "of": "nothing", **ABOUT}, "k", 409, "charge_unknown"),
        ({"action": "restore_limit", "of": "known", **ABOUT}, "k", 409, "limit_unknown"),
        ({"action": "restore_subscription", "of": "known", **ABOUT}, "k", 409,
         "subscription_unknown"),
    ],
)  # fmt: skip
def test_order_12_billing_refuses_with_stable_codes(
    billing: Client, body: Any, key: str | None, status: int, code: str
) -> None:
    billing.account(ACCOUNT, credit_cents=1900, highest_limit_cents=4999)
    billing.account(SERVICE, known=False)
    billing.book(CHARGE, "known")

    answer = billing.book(body, key)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(billing.booked()) == 1


def test_order_12_a_refusal_is_kept_with_its_key(billing: Client) -> None:
    billing.account(credit_cents=0)
    billing.book(CHARGE, "k-1")
    billing.account()

    assert billing.book(CHARGE, "k-1").status_code == 409
    (found,) = billing.find("k-1").json()
    assert (found["state"], found["code"]) == ("refused", "credit_refused")
    assert billing.book(CHARGE, "k-2").status_code == 201


def test_order_12_without_the_token_nothing_is_booked_or_shown(billing: Client) -> None:
    answers = [billing.book(CHARGE, "k-1", token="x"), billing.find("k-1", token="x")]

    assert [each.status_code for each in answers] == [401, 401]
    assert billing.booked() == []


def test_order_12_a_charge_is_refunded_once(billing: Client) -> None:
    billing.book(CHARGE, "k-1")

    statuses = [billing.undo("refund", "k-1", key).status_code for key in ("u-1", "u-1", "u-2")]

    assert (statuses, billing.owed()) == ([201, 201, 409], 0)


_PAID = {"prices": PRICES, "characteristics": {}}


@pytest.mark.parametrize(
    ("first", "change", "undo", "before"),
    [
        (MORE, {"characteristics": {"spendingLimit": 1}}, "restore_limit",
         {"limit": {"spendingLimit": 5000}}),
        (MORE, {"characteristics": {"spendingLimit": None}}, "restore_limit",
         {"limit": {"spendingLimit": 5000}}),
        (SUBSCRIPTION, {"prices": PRICES * 2}, "restore_subscription", {"roaming-pass": _PAID}),
        (SUBSCRIPTION, {"action": "end_subscription", "prices": None}, "restore_subscription",
         {"roaming-pass": _PAID}),
    ],
)  # fmt: skip
def test_order_12_what_a_service_had_is_put_back_unless_it_was_changed_since(
    billing: Client, first: Any, change: Any, undo: str, before: dict[str, Any]
) -> None:
    second = {name: value for name, value in {**first, **change}.items() if value is not None}
    billing.book(first, "k-1")
    billing.book(second, "k-2")
    billing.undo(undo, "k-2", "u-1")
    put_back = billing.held()
    billing.book(second, "k-3")
    (what,) = before
    others = {"service": SERVICE, "what": what, "values": {"of": "others"}}
    billing.control("PUT", "/services", others)
    billing.undo(undo, "k-3", "u-2")

    assert (put_back, billing.held()) == (before, {what: {"of": "others"}})
    assert [each["is_change"] for each in billing.booked()] == [True, True, True, True, False]


def test_order_12_a_booking_may_take_time_and_be_refused_at_its_end(billing: Client) -> None:
    billing.fault("never")
    held = billing.book(CHARGE, "k-1")
    before = billing.owed()
    billing.control("DELETE", "/faults")
    billing.fault("refuse_later", code="credit_refused")
    billing.book(CHARGE, "k-2")

    assert (held.status_code, held.json()["state"], before, billing.owed()) == (
        202, "accepted", 0, 500,
    )  # fmt: skip
    assert [billing.find(key).json()[0]["state"] for key in ("k-1", "k-2")] == [
        "booked",
        "refused",
    ]


def test_order_12_faults_of_bookings_are_for_new_ones(billing: Client) -> None:
    """A booking that is known was answered: its fault is used up."""
    billing.fault("cut", times=1)
    with pytest.raises(httpx.HTTPError):
        billing.book(CHARGE, "k-1")
    billing.fault("refuse", subject=SERVICE)

    assert billing.book(CHARGE, "k-1").status_code == 201
    assert billing.book(CHARGE, "k-2").status_code == 409
    assert (billing.find("k-2").json(), billing.owed()) == ([], 500)
    billing.fault("double")
    billing.book(CHARGE, "k-3")
    assert len(billing.find("k-3").json()) == 2


def test_order_12_what_is_undone_before_it_was_booked_is_never_booked(billing: Client) -> None:
    """Whether it is on its way or not finished: whoever undoes it cannot know."""
    billing.fault("never", times=1)
    billing.book(CHARGE, "late")

    undone = [billing.undo("refund", key, f"u-{key}").status_code for key in ("late", "lost")]
    billing.control("DELETE", "/faults")
    came = billing.book(CHARGE, "lost")

    assert (undone, came.status_code, came.json()["code"]) == ([201, 409], 409, "key_void")
    assert billing.find("late").json()[0]["code"] == "key_void"
    assert billing.owed() == 0
