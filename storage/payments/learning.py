"""News about a payment: its new state, its history, and what follows, in one transaction."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text

from domain.audit import Actor, ActorKind, EventKind
from domain.payments import reasons
from domain.payments.states import NOT_PAID, OPEN, PaymentNews, PaymentState, after
from domain.payments.steps import process_id_of
from domain.payments.words import Attention
from domain.processes import ProcessType, payment_id
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.billing import snapshots
from storage.database import Session
from storage.payments import notices, payments, processes
from storage.payments.payments import Move
from storage.payments.rows import StoredPayment

ENGINE = Actor(ActorKind.ENGINE, ProcessType.PAYMENT)
_REASONS = {
    PaymentNews.NOT_PAID: reasons.NOT_PAID,
    PaymentNews.REFUSED: reasons.REFUSED,
    PaymentNews.CANCELLED: reasons.CANCELLED,
    PaymentNews.SILENT: reasons.NO_WORD,
    PaymentNews.LAPSED: reasons.EXPIRED,
    PaymentNews.PAID_OTHERWISE: reasons.DIFFERS,
    PaymentNews.DECIDED_PAID: reasons.TAKEN_AS_PAID,
    PaymentNews.DECIDED_UNPAID: reasons.TAKEN_AS_UNPAID,
    PaymentNews.DECIDED_ELSEWHERE: reasons.ELSEWHERE,
    PaymentNews.TAKEN_BACK: reasons.RETURNED,
}
_ATTENTION = {
    PaymentNews.PAID_OTHERWISE: Attention.DIFFERS,
    PaymentNews.TAKEN_BACK: Attention.RETURNED,
}
_CHANGES_BILLING = frozenset({PaymentState.ACCEPTED, PaymentState.SETTLED, PaymentState.RETURNED})
_GOES_ON = OPEN | _CHANGES_BILLING
"""States that a payment whose process is over can come to, and that need another process."""
_HAS_WORD = frozenset({PaymentState.ACCEPTED, PaymentState.SETTLED})
_IS_USED = text("""
SELECT EXISTS (SELECT FROM payment
    WHERE bank = :bank AND bank_reference = :reference AND id <> :id)
""")


@dataclass(frozen=True, slots=True)
class Learned:
    """News, and what came with them."""

    news: PaymentNews
    why: Reason | None = None
    """None: the usual reason of such news."""
    bank_reference: str | None = None
    """The bank's number of the transaction, where its word has one."""
    attention: Attention | None = None
    """None: the usual one of such news."""


def learn(
    session: Session, payment: StoredPayment, learned: Learned, *, actor: Actor = ENGINE
) -> bool:
    """Change a locked payment by what was learned about it; False: it says nothing new.

    The last known answers of billing about its account are dropped where billing will say
    something else, a process is asked for where something is to be done again, and the payer is
    told of what they do not expect.
    """
    if payment.state in NOT_PAID and learned.bank_reference == payment.bank_reference is not None:
        return False  # a word that counted before a person decided, loaded again in a browser
    if _is_anothers(session, payment, learned.bank_reference):
        learned = _REFERENCE_USED if learned.news in _SAYS_PAID else Learned(learned.news)
    state = after(payment.state, learned.news)
    if state is payment.state:
        _flag_second_word(session, payment, learned)
        return False
    why = learned.why or _REASONS.get(learned.news)
    attention = learned.attention or _ATTENTION.get(learned.news)
    if attention is None and _is_second_word(payment, learned):
        attention = Attention.PAID_TWICE
    code = None if why is None else why.code
    payments.move(session, payment.id, Move(state, code, attention, learned.bank_reference))
    _record(session, payment, state, replace(learned, why=why), actor=actor)
    if state in _CHANGES_BILLING:
        snapshots.drop(session, payment.account_id)
    if payment.ended_at is not None and state in _GOES_ON:
        begin_again(session, payment)
    notices.of_change(session, payment, state, actor=actor)
    return True


def _flag_second_word(session: Session, payment: StoredPayment, learned: Learned) -> None:
    """Show operations a signed word about money that is on its way, or has come, by another word.

    The statement would tell; where none is read, or not soon, nobody would look.
    """
    if learned.news is PaymentNews.PAID_OTHERWISE and payment.state in _HAS_WORD:
        flag(session, payment, learned.attention or Attention.DIFFERS, learned.why)
    elif _is_second_word(payment, learned):
        flag(session, payment, Attention.PAID_TWICE)


def _is_second_word(payment: StoredPayment, learned: Learned) -> bool:
    """Return whether a signed "paid" is about another transaction than the one that is known."""
    known, told = payment.bank_reference, learned.bank_reference
    is_other = known is not None and told is not None and told != known
    return is_other and learned.news in _SAYS_PAID and payment.state in _HAS_WORD


def begin_again(session: Session, payment: StoredPayment) -> None:
    """Ask for another process of a locked payment whose last one is over."""
    number = payment.version
    process_id = process_id_of(payment.id, number)
    processes.begin_again(session, payment.id, process_id, payment_id(payment.id, number))


def flag(
    session: Session, payment: StoredPayment, attention: Attention, why: Reason | None = None
) -> None:
    """Show a locked payment to operations. Repeating changes nothing. ``why``: with its facts."""
    if not payments.flag(session, payment.id, attention):
        return
    event = NewEvent(
        EventKind.PAYMENT_FLAGGED,
        subject_id=payment.id,
        account_id=payment.account_id,
        person_id=payment.person_id,
        reason=why,
        after={"attention": attention.value, "state": payment.state.value},
    )
    events.append(session, [event], actor=ENGINE)


_SAYS_PAID = frozenset({PaymentNews.PAID, PaymentNews.CREDITED})
"""News that a bank's notice with its number of the transaction can bring."""
_REFERENCE_USED = Learned(
    PaymentNews.PAID_OTHERWISE, reasons.DIFFERS, attention=Attention.REFERENCE_USED
)


def _is_anothers(session: Session, payment: StoredPayment, bank_reference: str | None) -> bool:
    """Return whether another payment has the bank's number: each transaction gets its own."""
    if bank_reference is None:
        return False
    asked = {"bank": payment.bank, "reference": bank_reference, "id": payment.id}
    return bool(session.execute(_IS_USED, asked).scalar_one())


def _record(
    session: Session, payment: StoredPayment, state: PaymentState, learned: Learned, *, actor: Actor
) -> None:
    facts: dict[str, Any] = {"state": state.value, "news": learned.news.value}
    event = NewEvent(
        EventKind.PAYMENT_CHANGED,
        subject_id=payment.id,
        account_id=payment.account_id,
        person_id=payment.person_id,
        reason=learned.why,
        before={"state": payment.state.value},
        after=facts | _facts(payment),
    )
    events.append(session, [event], actor=actor)


def _facts(payment: StoredPayment) -> dict[str, Any]:
    return {
        "invoice_id": str(payment.invoice_id),
        "amount": payment.amount.text,
        "currency": payment.amount.currency,
    }


def started(session: Session, payment: StoredPayment, *, actor: Actor) -> None:
    """Record that a locked payment was started, or that money came that is none that was."""
    event = NewEvent(
        EventKind.PAYMENT_STARTED,
        subject_id=payment.id,
        account_id=payment.account_id,
        person_id=payment.person_id,
        after={
            **_facts(payment),
            "origin": payment.origin.value,
            "state": payment.state.value,
            "bank": payment.bank,
        },
    )
    events.append(session, [event], actor=actor)
