"""Payments and refunds at billing: each once for its key; what is too much is sent back."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.clients.billing_client import ACCOUNT, SERVICE, Client


@pytest.fixture
def bill(billing: Client) -> dict[str, Any]:
    billing.clock("2026-12-01T10:00:00Z")
    billing.ledger({"service": SERVICE, "number": "+37255500001"})
    return billing.bills()[0]


def due(bill: dict[str, Any]) -> int:
    return int(Decimal(str(bill["amountDue"]["value"])) * 100)


def test_bill_3_a_payment_is_booked_once_and_found_by_its_key(
    billing: Client, bill: dict[str, Any]
) -> None:
    first, again = (billing.pay(bill, due(bill), "p-1") for _ in range(2))

    assert (first.status_code, again.json()) == (201, first.json())
    assert (first.json()["status"], first.json()["appliedAmount"]) == ("done", bill["amountDue"])
    assert billing.get("/payment", correlatorId="p-1").json() == [first.json()]
    assert billing.get("/payment", correlatorId="p-2").json() == []
    paid = billing.bills()[0]
    assert (paid["state"], paid["remainingAmount"]["value"]) == ("settled", 0)
    assert [each["payment"]["id"] for each in paid["appliedPayment"]] == [first.json()["id"]]
    assert billing.get(f"/billingAccount/{ACCOUNT}/balance").json()["amount"]["value"] == 0
    (booked,) = billing.control("GET", "/paid")
    assert (booked["key"], booked["bank_reference"]) == ("p-1", "B-p-1")


def test_bill_3_a_part_leaves_the_rest_and_what_is_too_much_is_not_applied(
    billing: Client, bill: dict[str, Any]
) -> None:
    billing.pay(bill, 100, "p-1")
    part = billing.bills()[0]
    more = billing.pay(bill, due(bill), "p-2").json()

    assert part["state"] == "partiallyPaid"
    assert Decimal(str(part["remainingAmount"]["value"])) * 100 == due(bill) - 100
    assert more["unappliedAmount"]["value"] == 1
    assert billing.bills()[0]["state"] == "settled"


def test_bill_3_a_payment_that_the_bank_returned_is_owed_again(
    billing: Client, bill: dict[str, Any]
) -> None:
    paid = billing.pay(bill, due(bill), "p-1").json()
    back = {
        "correlatorId": "r-1",
        "payment": {"correlatorId": "p-1"},
        "totalAmount": bill["amountDue"],
    }

    refunds = [billing.post("/refund", back, "r-1") for _ in range(2)]

    assert [each.status_code for each in refunds] == [201, 201]
    assert refunds[0].json() == refunds[1].json()
    assert billing.get("/refund", correlatorId="r-1").json() == [refunds[0].json()]
    assert billing.bills()[0]["remainingAmount"] == bill["amountDue"]
    assert billing.get("/payment", correlatorId="p-1").json() == [paid]
    twice = billing.post("/refund", back | {"correlatorId": "r-2"}, "r-2")
    assert (twice.status_code, twice.json()["code"]) == (409, "payment_refunded")


@pytest.mark.parametrize(
    ("key", "change", "refusal"),
    [
        ("p-2", {"correlatorId": "other"}, (400, "key_missing")),
        ("p-2", {"card": "4111"}, (400, "invalid_body")),
        ("p-2", {"paymentMethod": {"@type": "bankCard"}}, (400, "invalid_body")),
        ("p-2", {"totalAmount": {"unit": "EUR", "value": 0}}, (400, "invalid_body")),
        ("p-2", {"totalAmount": {"unit": "EUR", "value": 0.5}}, (400, "invalid_body")),
        ("p-1", {"bankReference": "another"}, (422, "key_reused")),
        ("p-2", {"account": {"id": SERVICE}}, (404, "account_unknown")),
    ],
)
def test_bill_3_billing_refuses_payments_with_stable_codes(
    billing: Client,
    bill: dict[str, Any],
    key: str,
    change: dict[str, Any],
    refusal: tuple[int, str],
) -> None:
    billing.account(SERVICE, known=False)
    billing.pay(bill, 100, "p-1")

    answer = billing.pay(bill, 100, key, **change)

    assert (answer.status_code, answer.json()["code"]) == refusal
    assert len(billing.control("GET", "/paid")) == 1


def test_bill_3_a_payment_whose_answer_is_lost_was_booked(
    billing: Client, bill: dict[str, Any]
) -> None:
    billing.fault("cut", "payment", times=1)
    with pytest.raises(httpx.HTTPError):
        billing.pay(bill, 100, "p-1")
    (found,) = billing.get("/payment", correlatorId="p-1").json()
    billing.fault("http_503", "payment", times=1)

    assert billing.pay(bill, 100, "p-2").status_code == 503
    assert billing.get("/payment", correlatorId="p-2").json() == []
    assert billing.pay(bill, 100, "p-1").json() == found
