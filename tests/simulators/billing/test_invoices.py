"""Invoices, lines, documents, balances and costs of an account: the same for the same ledger."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.clients.billing_client import ACCOUNT, CHARGE, SERVICE, Client

NOW = "2026-12-01T10:00:00Z"
PHONE: dict[str, Any] = {"service": SERVICE, "number": "+37255500001", "package": "Äri 20"}
OTHERS = [
    {"service": f"33333333-3333-4333-8333-33333333333{n}", "number": f"+3725550001{n}"}
    for n in range(3)
]


@pytest.fixture
def account(billing: Client) -> Client:
    billing.clock(NOW)
    billing.ledger(PHONE, *OTHERS)
    return billing


def money(value: dict[str, Any]) -> Decimal:
    return Decimal(str(value["value"]))


def test_bill_7_invoices_of_twelve_months_come_in_pages_and_the_newest_is_open(
    account: Client,
) -> None:
    answer = account.get("/customerBill", billingAccount_id=ACCOUNT, offset=1, limit=4)
    bills = account.bills()

    assert (answer.headers["x-total-count"], answer.headers["x-result-count"]) == ("12", "4")
    assert answer.json() == bills[1:5]
    # November is invoiced on the fifth: eleven months and a credit note.
    assert [each["category"] for each in bills].count("credit note") == 1
    assert bills[0]["billingPeriod"] == {
        "startDateTime": "2026-09-30T21:00:00Z", "endDateTime": "2026-10-31T22:00:00Z",
    }  # fmt: skip
    assert (bills[0]["state"], bills[0]["paymentDueDate"][:10]) == ("sent", "2026-11-18")
    assert {each["state"] for each in bills[1:]} == {"settled"}
    assert account.get(f"/customerBill/{bills[3]['id']}").json() == bills[3]
    assert account.get("/customerBill/nothing").json()["code"] == "bill_unknown"


def test_bill_2_vat_is_rounded_once_for_each_rate(account: Client) -> None:
    """EN 16931: VAT per rate is of the sum of that rate's lines; the rates are added."""
    for bill in account.bills():
        lines = account.get("/appliedCustomerBillingRate", bill_id=bill["id"]).json()
        sums: dict[int, Decimal] = {}
        for each in lines:
            (tax,) = each["appliedTax"]
            sums[tax["taxRate"]] = sums.get(tax["taxRate"], Decimal(0)) + money(
                each["taxExcludedAmount"]
            )
        cent = Decimal("0.01")
        expected = {
            rate: (net * rate / 100).quantize(cent, ROUND_HALF_UP) for rate, net in sums.items()
        }
        assert {each["taxRate"]: money(each["taxAmount"]) for each in bill["taxItem"]} == expected
        assert money(bill["taxExcludedAmount"]) == sum(sums.values())
        assert money(bill["amountDue"]) == sum(sums.values()) + sum(expected.values())


def test_bill_7_the_same_ledger_has_the_same_invoices(account: Client) -> None:
    before = account.bills()
    account.ledger(PHONE, *OTHERS)

    assert account.bills() == before


def test_bill_7_lines_say_of_which_service_and_kind_they_are(account: Client) -> None:
    kinds = set()
    for bill in account.bills():
        for line in account.get("/appliedCustomerBillingRate", bill_id=bill["id"]).json():
            told = {each["name"]: each["value"] for each in line["characteristic"]}
            kinds.add((told["kind"], "service" in told))

    assert kinds >= {
        ("monthly_fee", True), ("voice", True), ("premium", True), ("roaming", True),
        ("one_off", True), ("discount", False), ("penalty", False),
    }  # fmt: skip


def test_bill_7_an_invoice_has_a_pdf(account: Client) -> None:
    answer = account.get(f"/customerBill/{account.bills()[0]['id']}/document")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_bill_7_vat_goes_by_the_time_of_supply(billing: Client) -> None:
    billing.clock("2025-08-20T10:00:00Z")
    billing.ledger(PHONE, months=3)

    rates = [{each["taxRate"] for each in bill["taxItem"]} for bill in billing.bills()]

    assert rates == [{24, 0}, {22, 0}, {22, 0}]


def test_bill_7_the_balance_is_what_is_left_to_pay(account: Client) -> None:
    account.ledger(PHONE, *OTHERS, unpaid=2)
    newest, before, *_ = account.bills()

    balance = account.get(f"/billingAccount/{ACCOUNT}/balance").json()

    assert (balance["asOf"], before["state"]) == (NOW, "sent")
    assert money(balance["amount"]) == money(newest["amountDue"]) + money(before["amountDue"])
    assert balance["overdue"] == balance["amount"]
    account.clock("2026-11-10T10:00:00Z")
    overdue = account.get(f"/billingAccount/{ACCOUNT}/balance").json()["overdue"]
    assert money(overdue) == money(before["amountDue"])


def test_bill_7_costs_of_the_open_month_are_so_far_and_then_those_of_its_invoice(
    account: Client,
) -> None:
    account.book(CHARGE, "k-1")
    this = account.get("/costSummary", billingAccount_id=ACCOUNT, month="2026-12").json()
    assert this["isFinal"] is False
    (charge,) = [each for each in this["rows"] if each["kind"] == "one_off"]
    assert (charge["service"], money(charge["taxIncludedAmount"])) == (SERVICE, Decimal(5))

    account.clock("2027-01-05T08:00:00Z")
    costs = account.get("/costSummary", billingAccount_id=ACCOUNT, month="2026-12").json()
    bill = account.bills()[0]

    assert costs["isFinal"] is True
    assert sum(money(each["taxExcludedAmount"]) for each in costs["rows"]) == money(
        bill["taxExcludedAmount"]
    )


def test_bill_2_a_limit_that_is_ordered_is_in_force_and_in_the_history(account: Client) -> None:
    account.ledger(PHONE | {"credit_limit": 20}, credit_limit=200)
    about = {"account": ACCOUNT, "service": SERVICE, "product": "spending-limit"}
    body = {"action": "set_limit", "characteristics": {"spendingLimit": 5000}, **about}
    account.book(body, "k-1")

    limit = account.get(f"/billingAccount/{ACCOUNT}/creditLimit").json()
    history = account.get(f"/billingAccount/{ACCOUNT}/creditLimit/history", limit=1)

    assert [money(each["amount"]) for each in (limit, *limit["services"])] == [200, 50]
    (newest,) = history.json()
    assert history.headers["x-total-count"] == "3"
    assert (newest["key"], newest["service"]) == ("k-1", SERVICE)
    assert (money(newest["from"]), money(newest["to"])) == (Decimal(20), Decimal(50))
    account.undo("restore_limit", "k-1", "u-1")
    limit = account.get(f"/billingAccount/{ACCOUNT}/creditLimit").json()
    assert money(limit["services"][0]["amount"]) == 20
    account.book(body | {"characteristics": {"spendingLimit": None}}, "k-2")
    newest, back, *_ = account.get(f"/billingAccount/{ACCOUNT}/creditLimit/history").json()
    assert (money(newest["from"]), newest["to"]) == (Decimal(20), None)
    assert (money(back["from"]), money(back["to"])) == (Decimal(50), Decimal(20))


def test_bill_7_an_account_without_numbers_owes_nothing_and_one_that_is_unknown_is_refused(
    billing: Client,
) -> None:
    billing.account(SERVICE, known=False)

    assert billing.bills() == []
    assert money(billing.get(f"/billingAccount/{ACCOUNT}/balance").json()["amount"]) == 0
    for path in ("/customerBill", "/usageSummary", "/costSummary"):
        query = {"billingAccount_id": SERVICE, "month": "2026-11", "by": "day"}
        refused = billing.get(path, **query)
        assert (refused.status_code, refused.json()["code"]) == (404, "account_unknown")


def test_bill_7_an_invoice_can_be_on_hold(account: Client) -> None:
    id_ = account.bills()[0]["id"]
    account.control("PUT", f"/bills/{id_}", {"on_hold": True})

    assert account.bills()[0]["state"] == "onHold"
