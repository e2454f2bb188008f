"""Effects of a payment's steps at billing: book the money that came, or take it back."""

from datetime import date
from zoneinfo import ZoneInfo

from activities.adapters.billing.payments import (
    UNAPPLIED,
    BillingPayments,
    PaymentToBook,
    RefundToBook,
)
from domain.billing.money import Money
from domain.ops.stuck_reasons import StuckReason
from domain.payments.steps import billing_key
from domain.provisioning.attempts import Prepared, Seen, Sent
from domain.provisioning.steps import Answer, Done, NotDone, Refused, Step
from domain.provisioning.targets import TargetKind
from storage.database import Session
from storage.payments import entry_queries, proceeding, rows
from storage.payments.entry_queries import StoredEntry
from storage.payments.rows import StoredPayment


class _PaymentEffect:
    """Base of both effects. See Effect."""

    kind = TargetKind.BILLING
    can_be_asked = True
    _payment: StoredPayment
    _key: str

    def __init__(self, billing: BillingPayments) -> None:
        self._billing = billing

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:  # noqa: ARG002
        """Find out what is to be booked."""
        self._payment = _of(session, step)
        return Prepared.READY

    def _billing_key(self, key: str) -> str:
        """The key for billing is the payment's, whichever of its processes carries the step."""
        self._key = billing_key(self._payment.id, key)
        return self._key


class BookPayment(_PaymentEffect):
    """Tell billing that an invoice was paid."""

    def __init__(self, billing: BillingPayments, zone: ZoneInfo) -> None:
        super().__init__(billing)
        self._zone = zone
        self._entry: StoredEntry | None = None

    def prepare(self, session: Session, step: Step, seen: Seen) -> Prepared:
        """Find out what is to be booked, and which entry of a statement it is."""
        prepared = super().prepare(session, step, seen)
        self._entry = entry_queries.money_of(session, self._payment.id)
        return prepared

    def hand_over(self, key: str) -> Answer:
        """See Effect."""
        payment = self._payment
        to_book = PaymentToBook(
            account_id=str(payment.account_id),
            bill_id=payment.bill_id,
            amount=payment.amount,
            paid_on=self._paid_on(),
            bank_reference=payment.bank_reference or self._entry_reference(),
        )
        return self._billing.pay(to_book, self._billing_key(key))

    def _paid_on(self) -> date:
        """The day on which the bank has it, else that of its word.

        Whoever paid in time is not late because a statement was read later.
        """
        if self._entry is not None:
            return self._entry.booked_on
        payment = self._payment
        at = payment.accepted_at or payment.settled_at or payment.now
        return at.astimezone(self._zone).date()

    def _entry_reference(self) -> str:
        return "" if self._entry is None else self._entry.bank_reference

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # the key says it all
        return self._billing.ask_payment(self._billing_key(key))

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        if not isinstance(answer, Done):
            return
        payment = _of(session, step)
        unapplied = answer.receipt.get(UNAPPLIED, "0")
        left = Money.of_text(str(unapplied), payment.amount.currency)
        proceeding.booked(session, payment, self._key, left)


class RefundPayment(_PaymentEffect):
    """Tell billing that the bank took the money of a payment back."""

    def hand_over(self, key: str) -> Answer:
        """See Effect. Refused where billing never had the payment from us."""
        booked_key = self._payment.booked_key
        if booked_key is None:
            raise Refused(StuckReason.REFUSED)
        refund = RefundToBook(booked_key, self._payment.amount)
        return self._billing.refund(refund, self._billing_key(key))

    def ask(self, key: str, sent: Sent) -> Answer | None:  # noqa: ARG002 # the key says it all
        return self._billing.ask_refund(self._billing_key(key))

    def settle(self, session: Session, step: Step, answer: Answer | NotDone) -> None:
        if isinstance(answer, Done):
            proceeding.refunded(session, _of(session, step))


def _of(session: Session, step: Step) -> StoredPayment:
    id_ = rows.of_process(session, step.process_id)
    payment = None if id_ is None else rows.lock(session, id_)
    if payment is None:
        raise LookupError("no payment has this process")
    return payment
