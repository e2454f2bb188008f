"""Use case: a bank says what became of a payment, by the payer's browser or from its own server.

Only what is signed says anything, and only what fits what was sent.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from prometheus_client import Counter

from domain.audit import Actor, ActorKind
from domain.numbers.sms_texts import Language
from domain.payments import reasons
from domain.payments.orders import NotOurs, Outcome, Told, differences
from domain.payments.states import PaymentNews, PaymentState
from domain.payments.words import SettledBy
from domain.reasons import Reason
from runtime.threads import on_thread
from services.engine import Engine
from services.errors import NotFound, Refused
from services.payments.paying import Paying
from storage.database import Session
from storage.payments import hand_overs, learning, rows, stamps
from storage.payments.learning import Learned
from storage.payments.rows import StoredPayment

log = structlog.get_logger(__name__)
TOLD = Counter("volitus_bank_notices", "Words of banks about payments.", ["bank", "result"])


@dataclass(frozen=True, slots=True)
class BankReturn:
    """The payment that a bank told of."""

    payment_id: UUID
    language: Language
    """In which it was begun."""
    from_server: bool
    """The bank's server told it, and is answered; else a browser waits to be sent on."""


async def take_return(
    engine: Engine, paying: Paying, name: str, raw: bytes, content_type: str
) -> BankReturn:
    """Take what was brought to a bank's address. Repeating it changes nothing.

    Raises:
        NotFound: There is no such bank, or it was handed no such payment.
        Refused: ``signature_refused``: it is no word of this bank to us.
    """
    bank = paying.banks.of(name)
    if bank is None:
        raise NotFound
    now = engine.database.clock()
    told = await on_thread(lambda: _read(paying, name, raw, content_type, now))
    actor = Actor(ActorKind.SYSTEM, f"bank/{name}")

    def write(session: Session) -> StoredPayment:
        payment = rows.lock_by_stamp(session, name, told.stamp)
        if payment is None:
            raise NotFound
        learned = _learned(session, payment, told, paying)
        if learned is not None:
            learning.learn(session, payment, learned, actor=actor)
        return payment

    try:
        payment = await engine.write(write)
    except NotFound:
        _count(name, "unknown_stamp")
        raise
    _count(name, told.outcome)
    return BankReturn(payment.id, payment.language, told.from_server)


def _read(paying: Paying, name: str, raw: bytes, content_type: str, now: datetime) -> Told:
    bank = paying.bank(name)
    try:
        return bank.read_return(raw, content_type, now)
    except NotOurs as refused:
        _count(name, refused.reason)
        raise Refused("signature_refused") from None


def _learned(
    session: Session, payment: StoredPayment, told: Told, paying: Paying
) -> Learned | None:
    """Return what the bank's word says about a payment; None: nothing."""
    if told.outcome is Outcome.NOT_PAID:
        # Of an earlier hand-over it says nothing about the last one, at which the payer may be.
        is_last = told.stamp == stamps.last(session, payment.id)
        return Learned(PaymentNews.NOT_PAID) if is_last else None
    found = differences(hand_overs.order_of(payment, told.stamp), told)
    if found:
        facts = {"differs": sorted(each.value for each in found)}
        why = Reason(reasons.DIFFERS.code, reasons.DIFFERS.text, facts)
        return Learned(PaymentNews.PAID_OTHERWISE, why, told.bank_reference)
    is_enough = paying.rules.settled_by is SettledBy.NOTICE and told.is_timely
    is_asked = payment.state is PaymentState.MISMATCH  # a person decides, or the statement
    news = PaymentNews.CREDITED if is_enough and not is_asked else PaymentNews.PAID
    return Learned(news, bank_reference=told.bank_reference)


def _count(bank: str, result: str) -> None:
    TOLD.labels(bank, result).inc()
    log.info("bank_notice", bank=bank, result=result)
