"""Reads of billing against bodies as operators' systems send them (bill.1).

Samples of TM Forum contradict their schemas, amounts are floats somewhere, and any member may be
missing or nonsense: what cannot be read is Trouble, never a crash, and hides nothing else.
"""

import contextlib
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from activities.adapters.billing import balances, invoices, lines
from activities.adapters.billing.reads import BillingReads
from activities.adapters.billing.requests import BillingRequests, NotThere
from domain.billing.invoices import BillState, Invoice, InvoiceCategory, LineKind, Period, VatShare
from domain.billing.money import Money
from domain.provisioning.steps import Refused, Trouble
from tests.clients.billing_client import ACCOUNT, SERVICE

ID = UUID(ACCOUNT)
BILL: dict[str, Any] = {
    "id": "b/1",
    "href": "http://elsewhere.example/steal",
    "billNo": "2605001",
    "billDate": "2026-06-04T21:30:00Z",
    "billingPeriod": {
        "startDateTime": "2026-04-30T21:00:00Z",
        "endDateTime": "2026-05-31T21:00:00Z",
    },
    "paymentDueDate": "2026-06-18T00:00:00Z",
    "category": "normal",
    "state": "sent",
    "amountDue": {"unit": "EUR", "value": 24.80},
    "remainingAmount": {"unit": "EUR", "value": 24.80},
    "taxExcludedAmount": {"unit": "EUR", "value": 20},
    "taxIncludedAmount": {"unit": "EUR", "value": 24.80},
    "taxItem": [{"taxCategory": "VAT", "taxRate": 24, "taxAmount": {"unit": "EUR", "value": 4.8}}],
    "billDocument": [{"id": "d1", "href": "http://elsewhere.example/steal"}],
    "billingAccount": {"id": ACCOUNT},
    "paymentReference": "26050013",
    "payTo": {"name": "Telekom AS", "iban": "EE382200221020145685"},
}
LINE: dict[str, Any] = {
    "id": "l1",
    "name": "Äri 20, kuutasu",
    "taxExcludedAmount": {"unit": "EUR", "value": 20},
    "taxIncludedAmount": {"unit": "EUR", "value": 24.80},
    "appliedTax": [{"taxRate": 24}],
    "characteristic": [
        {"name": "service", "value": SERVICE},
        {"name": "kind", "value": "monthly_fee"},
    ],
}


class Wire:
    """A billing that answers everything with the same; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.content: bytes = b"[]"
        self.headers: dict[str, str] = {}
        self.status = 200

    def says(self, body: Any, **headers: str) -> None:
        self.content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        return httpx.Response(self.status, content=self.content, headers=self.headers)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def reads(wire: Wire) -> BillingReads:
    http = httpx.Client(transport=httpx.MockTransport(wire))
    requests = BillingRequests(http, "http://billing.example/v1/", None, timeout=5)
    return BillingReads(requests, ZoneInfo("Europe/Tallinn"))


def read(reads: BillingReads, wire: Wire, **changed: Any) -> Invoice:
    wire.says({**BILL, **changed})
    found = invoices.invoice(reads, ID, "b/1")
    assert found is not None
    return found


def test_bill_1_an_invoice_is_read_in_days_of_the_installation(
    reads: BillingReads, wire: Wire
) -> None:
    """Half an hour after midnight in Tallinn; the month's end is not in it."""
    found = read(reads, wire)

    assert (found.issued_on, found.due_on) == (date(2026, 6, 5), date(2026, 6, 18))
    assert found.period == Period(date(2026, 5, 1), date(2026, 5, 31))
    assert found.vat == (VatShare(Decimal(24), Money(Decimal(20)), Money(Decimal("4.80"))),)
    assert found.has_document
    assert wire.asked == ["http://billing.example/v1/customerBill/b%2F1"]  # and no href


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        # In TMF678's samples it is not called state.
        ({"state": None, "status": "partiallyPaid"}, {"state": BillState.PARTIALLY_PAID}),
        ({"category": "credit note"}, {"category": InvoiceCategory.CREDIT_NOTE}),
        ({"category": "creditNote"}, {"category": InvoiceCategory.CREDIT_NOTE}),
        ({"category": "something new"}, {"category": InvoiceCategory.NORMAL}),
        ({"billDate": "2026-06-05"}, {"issued_on": date(2026, 6, 5)}),
        ({"billDate": "2026-06-05T23:30:00.123+03:00"}, {"issued_on": date(2026, 6, 5)}),
        ({"paymentDueDate": None}, {"due_on": None}),
        ({"billingPeriod": {"startDateTime": "2026-05-01"}}, {"period": None}),
        (
            {"billingPeriod": {"startDateTime": "2026-10-01", "endDateTime": "2026-10-31"}},
            {"period": Period(date(2026, 10, 1), date(2026, 10, 31))},
        ),
        # October has an hour more: its end is at 22:00 in UTC, its start at 21:00.
        (
            {
                "billingPeriod": {
                    "startDateTime": "2026-09-30T21:00:00Z",
                    "endDateTime": "2026-10-31T22:00:00Z",
                }
            },
            {"period": Period(date(2026, 10, 1), date(2026, 10, 31))},
        ),
        ({"remainingAmount": None}, {"left": Money(Decimal("24.80"))}),
        ({"state": "settled"}, {"left": Money.zero()}),
        (
            {"remainingAmount": {"unit": "EUR", "value": -3}},
            {"left": Money.zero()},
        ),
        ({"taxIncludedAmount": None}, {"total": Money(Decimal("24.80"))}),
        (
            {"taxIncludedAmount": {"unit": "EUR", "value": "24.799999999999997"}},
            {"total": Money(Decimal("24.80"))},
        ),
        ({"billNo": "26\u202e05\n1"}, {"number": "26\ufffd05\ufffd1"}),
        ({"billNo": None}, {"number": "b/1"}),
        ({"paymentReference": "26 05 0013"}, {"payment_reference": "26050013"}),
        ({"paymentReference": "<b>"}, {"payment_reference": None}),
        ({"payTo": {"iban": "<script>"}}, {"pay_to": None}),
        ({"billDocument": []}, {"has_document": False}),
        ({"unknown": {"deep": [1, 2]}, "@type": "X"}, {"number": "2605001"}),
    ],
)
def test_bill_1_what_is_written_otherwise_is_understood(
    reads: BillingReads, wire: Wire, changed: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = read(reads, wire, **changed)

    assert {name: getattr(found, name) for name in expected} == expected


def test_bill_1_vat_of_several_rates_is_told_by_rate(reads: BillingReads, wire: Wire) -> None:
    def tax(rate: float, value: float, **more: Any) -> dict[str, Any]:
        return {"taxRate": rate, "taxAmount": {"unit": "EUR", "value": value}, **more}

    taxed = {"taxableAmount": {"unit": "EUR", "value": 5}}
    found = read(reads, wire, taxItem=[tax(24, 4.8), tax(13.5, 0.68, **taxed), tax(0, 0)])

    assert found.vat == (
        VatShare(Decimal(24), None, Money(Decimal("4.80"))),
        VatShare(Decimal("13.5"), Money(Decimal(5)), Money(Decimal("0.68"))),
        VatShare(Decimal(0), None, Money.zero()),
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "overdue"},
        {"state": None},
        {"state": 7},
        {"billDate": None},
        {"billDate": "yesterday"},
        {"billDate": "2026-06-05T10:00:00"},
        {"billDate": "0001-01-01T00:00:00+02:00"},
        {"paymentDueDate": "9999-12-31T23:59:59Z"},
        {"amountDue": None, "taxIncludedAmount": None},
        {"taxIncludedAmount": {"unit": "EUR", "value": None}},
        {"taxIncludedAmount": {"unit": "euros", "value": 1}},
        {"taxIncludedAmount": {"unit": "EUR", "value": 1e300}},
        {"taxIncludedAmount": {"unit": "EUR", "value": "NaN"}},
        {"taxIncludedAmount": [1]},
        {"remainingAmount": {"unit": "USD", "value": 1}},
        {"taxItem": [{"taxRate": -1, "taxAmount": {"value": 1}}]},
        {"taxItem": "24 %"},
        {"billingAccount": {"id": SERVICE}},
        {"billingAccount": None},
        {"id": "another"},
        {"id": 7},
    ],
)
def test_bill_1_what_cannot_be_read_is_trouble_and_hides_no_other_invoice(
    reads: BillingReads, wire: Wire, changed: dict[str, Any]
) -> None:
    with pytest.raises(Trouble, match="unreadable"):
        read(reads, wire, **changed)
    if changed == {"id": "another"}:
        return

    wire.says([{**BILL, **changed}, BILL], X_Total_Count="2")
    before = incomplete("customerBill")
    page = invoices.invoices(reads, ID, 0, 100)

    assert [each.number for each in page.items] == ["2605001"]
    assert (page.sent, page.unreadable, page.total) == (2, 1, 2)
    assert incomplete("customerBill") == before + 1


def incomplete(kind: str) -> float:
    """Answers of which a part was left out, as operations count them."""
    name = "volitus_billing_incomplete_total"
    return REGISTRY.get_sample_value(name, {"kind": kind}) or 0


def test_bill_1_a_last_page_that_cannot_be_read_hides_no_page_before(
    reads: BillingReads, wire: Wire
) -> None:
    wire.says([{**BILL, "state": "overdue"}], X_Total_Count="101")

    page = invoices.invoices(reads, ID, 100, 100)

    assert (page.items, page.sent, page.unreadable) == ([], 1, 1)


@pytest.mark.parametrize("total", ["9" * 5000, "-1", "many", ""])
def test_bill_1_a_count_that_is_none_is_not_known(
    reads: BillingReads, wire: Wire, total: str
) -> None:
    wire.says([BILL], X_Total_Count=total)

    page = invoices.invoices(reads, ID, 0, 100)

    assert (len(page.items), page.total) == (1, None)


@pytest.mark.parametrize("changed", [{"state": "new"}, {"category": "trial"}])
def test_bill_1_what_is_not_issued_is_not_shown(
    reads: BillingReads, wire: Wire, changed: dict[str, Any]
) -> None:
    wire.says([{**BILL, **changed}])

    page = invoices.invoices(reads, ID, 0, 100)

    assert (page.items, page.unreadable) == ([], 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"null",
        b"{}",
        b'"text"',
        b"[" * 100_000,
        b'[{"id": "\xff"}]',
        b'[{"id": "\\ud800"}]',
        b"[NaN]",
        b"[1, 2]",
        b'[{"id": "b1"',
    ],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda reads: invoices.invoices(reads, ID, 0, 100),
        lambda reads: invoices.invoice(reads, ID, "b/1"),
        lambda reads: lines.lines(reads, "b/1", 0, 100),
        lambda reads: balances.balance(reads, ID),
        lambda reads: invoices.document(reads, "b/1"),
    ],
)
def test_bill_1_a_wrong_body_is_trouble(
    reads: BillingReads, wire: Wire, content: bytes, ask: Callable[[BillingReads], object]
) -> None:
    wire.content = content

    with pytest.raises(Trouble):
        ask(reads)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
WORDS = st.sampled_from(
    ("9999-12-31T23:59:59Z", "0001-01-01", "1E+999999999999", "NaN", "2026-02-30", "-1e-400", "EUR")
)


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body."""
    inner: Any = []
    if isinstance(body, dict):
        inner = body.items()
    elif isinstance(body, list):
        inner = enumerate(body)
    return [path, *(each for key, value in inner for each in places(value, (*path, key)))]


def put_at(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at this place."""
    if not path:
        return value
    changed = body.copy()
    changed[path[0]] = put_at(body[path[0]], path[1:], value)
    return changed


@given(st.data())
def test_bill_1_whatever_stands_anywhere_in_a_body_it_is_read_or_is_trouble(
    data: st.DataObject,
) -> None:
    wire = Wire()
    http = httpx.Client(transport=httpx.MockTransport(wire))
    reads = BillingReads(
        BillingRequests(http, "http://billing.example", None, timeout=5), ZoneInfo("Europe/Tallinn")
    )
    amount = {"unit": "EUR", "value": 1}
    asked: list[tuple[Any, Callable[[], object]]] = [
        ([BILL], lambda: invoices.invoices(reads, ID, 0, 100)),
        (BILL, lambda: invoices.invoice(reads, ID, "b/1")),
        ([LINE], lambda: lines.lines(reads, "b/1", 0, 100)),
        ({"amount": amount, "overdue": amount}, lambda: balances.balance(reads, ID)),
    ]
    body, ask = data.draw(st.sampled_from(asked))
    place = data.draw(st.sampled_from(places(body)))
    wire.says(put_at(body, place, data.draw(JSON | WORDS)))

    with contextlib.suppress(Trouble):
        ask()


def test_bill_1_redirects_are_not_followed(reads: BillingReads, wire: Wire) -> None:
    wire.status, wire.headers = 302, {"Location": "http://elsewhere.example/"}

    with pytest.raises(Trouble):
        balances.balance(reads, ID)
    assert len(wire.asked) == 1


def test_bill_1_lines_keep_only_what_is_shown(reads: BillingReads, wire: Wire) -> None:
    odd = {
        **LINE,
        "name": None,
        "description": "Muu",
        "appliedTax": [{"taxRate": 24}, {"taxRate": 9}],
        "characteristic": [{"name": "service", "value": 7}, {"name": "kind", "value": ["x"]}],
    }
    wire.says([LINE, odd])

    first, second = lines.lines(reads, "b/1", 0, 100).items

    assert (first.service_id, first.kind, first.vat_rate) == (
        UUID(SERVICE),
        LineKind.MONTHLY_FEE,
        Decimal(24),
    )
    assert (second.service_id, second.kind, second.vat_rate) == (None, LineKind.OTHER, None)
    assert second.text == "Muu"


def test_bill_1_only_billing_itself_says_that_there_is_no_such_thing(
    reads: BillingReads, wire: Wire
) -> None:
    """A 404 of a proxy, or of a wrong address, takes no invoice away."""
    wire.status = 404
    wire.says({"code": "bill_unknown", "message": "no"})
    assert invoices.invoice(reads, ID, "b/1") is None

    wire.says({"code": "account_unknown", "message": "no"})
    with pytest.raises(Refused):  # nor does billing that has lost the account
        invoices.invoice(reads, ID, "b/1")
    wire.says(b"<html>not found</html>")
    with pytest.raises(Refused) as refused:
        invoices.invoice(reads, ID, "b/1")
    assert not isinstance(refused.value, NotThere)


def test_bill_1_without_a_billing_every_read_is_trouble() -> None:
    with pytest.raises(Trouble, match="VOLITUS_BILLING_URL"):
        balances.balance(BillingReads(None, ZoneInfo("Europe/Tallinn")), ID)
