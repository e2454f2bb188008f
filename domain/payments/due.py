"""The next thing due of a payment: pure, by its state, a moment and the installation's patience."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.payments.states import STARTED, PaymentNews, PaymentState
from domain.payments.steps import BOOK, REFUND
from domain.payments.words import Attention, SettledBy


@dataclass(frozen=True, slots=True)
class PaymentRules:
    """Waiting times of payments, and the proof that settles one."""

    silent_after: timedelta = timedelta(hours=1)
    """Without a word of the bank since it was handed over: it is ``unknown``."""
    expires_after: timedelta = timedelta(days=7)
    """Without a word of the bank and without an entry: nothing is expected any more."""
    statement_within: timedelta = timedelta(days=3)
    """An accepted payment that no statement has so long is shown to operations."""
    settled_by: SettledBy = SettledBy.STATEMENT
    first_question: timedelta = timedelta(seconds=20)
    """When a bank that can be asked is first asked: the person is there until then."""


STANDARD = PaymentRules()


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """Facts on which the next thing to do depends."""

    state: PaymentState
    created_at: datetime
    sent_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None
    is_booked: bool
    """Billing has it, or operations ended its booking."""
    is_refundable: bool
    """Billing has it from us, and does not know that it was taken back."""
    attention: Attention | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing for now. ``asks``: a bank that can be asked is asked meanwhile."""

    pause: timedelta | None = None
    """None: until something changes."""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class CarryOut:
    """The step with this action."""

    action: str


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more is to come."""


Due = Wait | CarryOut | Over | PaymentNews | Attention
"""News: our own clock has them. Attention: a person is to look."""


def due(payment: PaymentFacts, rules: PaymentRules, now: datetime) -> Due:
    """Return what is due of a payment now."""
    if payment.state is PaymentState.ACCEPTED and payment.attention is None:
        late_at = (payment.accepted_at or now) + rules.statement_within
        return Attention.NOT_IN_STATEMENT if late_at <= now else Wait(late_at - now)
    if payment.state in STARTED:
        return _of_started(payment, rules, now)
    return Wait() if payment.state.is_open else _of_over(payment)


def _of_started(payment: PaymentFacts, rules: PaymentRules, now: datetime) -> Due:
    """Return the news of a bank's long silence; until then the bank is asked, where it can be."""
    after, then = rules.silent_after, PaymentNews.SILENT
    if payment.state is PaymentState.CREATED:
        then = PaymentNews.LAPSED
    elif payment.state in {PaymentState.WAITING_SECOND_SIGNER, PaymentState.UNKNOWN}:
        after, then = rules.expires_after, PaymentNews.LAPSED
    at = (payment.sent_at or payment.created_at) + after
    return then if at <= now else Wait(at - now, asks=True)


def _of_over(payment: PaymentFacts) -> Due:
    """Return the step that tells billing of money that came, or that came and went.

    Money that went may have been on its way to billing before: both are told.
    """
    if payment.settled_at is not None and not payment.is_booked:
        return CarryOut(BOOK)
    if payment.state is PaymentState.RETURNED and payment.is_refundable:
        return CarryOut(REFUND)
    return Over()
