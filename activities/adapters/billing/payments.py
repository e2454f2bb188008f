"""Payments and refunds at billing (TMF676 v4): each once for its key, and asked about by it."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Protocol

from activities.adapters.billing.requests import BillingRequests, is_of
from activities.adapters.json_requests import is_id, json_of
from domain.billing.money import Money
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Accepted, Answer, Done, Trouble

_PAYMENTS = "/payment"
_REFUNDS = "/refund"
_KEY = "correlatorId"
UNAPPLIED = "unapplied"
"""Member of a receipt: what billing did not need, as decimal text; it returns that."""


class PaymentToBook(NamedTuple):
    """Money that came for an invoice, by billing's ids."""

    account_id: str
    bill_id: str
    amount: Money
    paid_on: date
    bank_reference: str
    """The bank's number of it; empty: not known."""


class RefundToBook(NamedTuple):
    """Money that the bank took back, of the payment with this key."""

    payment_key: str
    amount: Money


class BillingPayments(Protocol):
    """Port to billing's payments. Calls block; they raise domain.provisioning.steps.NotDone."""

    def pay(self, payment: PaymentToBook, key: str) -> Answer:
        """Book a payment, once for this key. What is too much billing returns by itself."""
        ...

    def ask_payment(self, key: str) -> Answer | None:
        """Ask whether billing has the payment with this key; None: it never got it."""
        ...

    def refund(self, refund: RefundToBook, key: str) -> Answer:
        """Take a payment back, once for this key."""
        ...

    def ask_refund(self, key: str) -> Answer | None:
        """Ask whether billing has the refund with this key; None: it never got it."""
        ...


class NoBillingPayments:
    """Billing that no setting names: every call is trouble."""

    def pay(self, payment: PaymentToBook, key: str) -> Answer:  # noqa: ARG002 # there is none
        raise _not_set()

    def ask_payment(self, key: str) -> Answer | None:  # noqa: ARG002
        raise _not_set()

    def refund(self, refund: RefundToBook, key: str) -> Answer:  # noqa: ARG002
        raise _not_set()

    def ask_refund(self, key: str) -> Answer | None:  # noqa: ARG002
        raise _not_set()


class HttpBillingPayments:
    """Billing behind ``/payment`` and ``/refund``."""

    def __init__(self, requests: BillingRequests) -> None:
        self._requests = requests

    def pay(self, payment: PaymentToBook, key: str) -> Answer:
        """See BillingPayments. An answer that does not say that it is booked: Accepted."""
        amount = _money(payment.amount)
        item = {
            "item": {"id": payment.bill_id, "@referredType": "customerBill"},
            "amount": amount,
        }
        body = {
            "correlatorId": key,
            "account": {"id": payment.account_id},
            "paymentMethod": {"@type": "bankTransfer"},
            "totalAmount": amount,
            "paymentItem": [item],
            "paymentDate": payment.paid_on.isoformat(),
            "bankReference": payment.bank_reference,
        }
        return self._write(_PAYMENTS, body, key)

    def ask_payment(self, key: str) -> Answer | None:
        """See BillingPayments."""
        return self._ask(_PAYMENTS, key)

    def refund(self, refund: RefundToBook, key: str) -> Answer:
        """See BillingPayments."""
        body = {
            "correlatorId": key,
            "payment": {"correlatorId": refund.payment_key},
            "totalAmount": _money(refund.amount),
        }
        return self._write(_REFUNDS, body, key)

    def ask_refund(self, key: str) -> Answer | None:
        """See BillingPayments."""
        return self._ask(_REFUNDS, key)

    def _write(self, path: str, body: dict[str, Any], key: str) -> Answer:
        found = json_of(self._requests.write("POST", path, body, key))
        return _outcome(found) if is_of(found, _KEY, key) else Accepted()

    def _ask(self, path: str, key: str) -> Answer | None:
        ours = self._requests.find(path, _KEY, key)
        return None if ours is None else _outcome(ours)


def _outcome(body: dict[str, Any]) -> Answer:
    """Read what became of it; what does not say so is not over."""
    id_ = body.get("id")
    receipt: dict[str, Any] = {"id": id_} if is_id(id_) else {}
    if body.get("status") != "done":
        return Accepted(receipt)
    unapplied = _unapplied(body.get("unappliedAmount"))
    return Done(receipt if unapplied is None else receipt | {UNAPPLIED: unapplied})


def _unapplied(money: Any) -> str | None:
    value = money.get("value") if isinstance(money, dict) else None
    try:
        return None if value is None else f"{Decimal(str(value)):.2f}"
    except (InvalidOperation, ValueError):
        return None


def _money(money: Money) -> dict[str, Any]:
    """An amount as TMF writes it: a JSON number, which is exact for two decimals."""
    return {"unit": money.currency, "value": float(money.amount)}


def _not_set() -> Trouble:
    return Trouble(StuckReason.UNREACHABLE, "VOLITUS_BILLING_URL is not set")
