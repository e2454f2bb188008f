"""Use case: start a payment of an invoice, or go on with the one that is under way."""

from dataclasses import dataclass
from uuid import UUID

from activities.adapters.billing import invoices as bills
from domain.audit import Actor
from domain.billing.invoices import Invoice
from domain.numbers.sms_texts import Language
from domain.payments import reasons
from domain.payments.orders import PaymentOrder
from domain.payments.references import InvalidReference, checked_reference
from domain.payments.starting import OtherBank, SendAgain, Show, StartNew, choose
from domain.payments.states import PaymentNews
from runtime.threads import on_thread
from services.billing import invoices as shown_invoices
from services.billing.invoice_questions import document_of
from services.billing.reader import BillingReader
from services.engine import Engine
from services.errors import NotFound, Refused
from services.payments.access import require_payer
from services.payments.paying import Paying
from services.payments.views import ShownPayment, Viewer, show
from storage.billing.invoices import StoredInvoice
from storage.database import Connection, Session
from storage.payments import hand_overs, learning, payments, rows
from storage.payments.learning import Learned
from storage.payments.payments import AlreadyUnderWay, NewPayment, PaidInvoice
from storage.payments.rows import StoredPayment


@dataclass(frozen=True, slots=True)
class WantedPayment:
    """A person's request to pay an invoice at a bank. The id is the request's."""

    id: UUID
    invoice_id: UUID
    bank: str
    language: Language
    person_id: UUID


@dataclass(frozen=True, slots=True)
class StartedPayment:
    """The payment that is under way now."""

    shown: ShownPayment
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Taken:
    payment: StoredPayment
    order: PaymentOrder | None
    """The order for the bank; None: the money may be on its way, and nothing is sent."""
    is_new: bool


async def start(
    engine: Engine,
    billing: BillingReader,
    paying: Paying,
    wanted: WantedPayment,
    viewer: Viewer,
    *,
    actor: Actor,
) -> StartedPayment:
    """Start a payment of what is left of an invoice, by what billing says at this moment.

    One payment of an invoice is under way at a time: another click, of whomever, goes on with that
    one, and hands the payer to its bank again while nobody has paid. Repeatable by its id.

    Raises:
        NotFound: This person does not see the invoice.
        Refused: ``not_permitted``, ``bank_unknown``, ``invoice_not_payable``, or ``payment_open``:
            the one that is under way is at another bank, and must be cancelled first.
        BillingUnavailable: What is left is not known: nothing is started.
    """
    stored, _ = await shown_invoices.find_seen(engine, billing, wanted.invoice_id, viewer.sight_of)
    await engine.read(lambda each: require_payer(each, stored.account_id, viewer.sight_of))
    bank = paying.bank(wanted.bank)
    invoice = await _as_of_now(billing, stored)

    def write(session: Session) -> _Taken:
        require_payer(session.connection(), stored.account_id, viewer.sight_of)
        return _take(session, stored, invoice, wanted, paying, actor=actor)

    try:
        taken = await engine.write(write)
    except AlreadyUnderWay:  # somebody was quicker
        taken = await engine.write(write)
    order = taken.order
    action = None if order is None else (await on_thread(lambda: bank.start(order))).action

    def read(connection: Connection) -> ShownPayment:
        return show(connection, taken.payment, viewer, paying, action)

    return StartedPayment(await engine.read(read), taken.is_new)


async def _as_of_now(billing: BillingReader, stored: StoredInvoice) -> Invoice:
    """Ask billing for the invoice: what it said before may be paid by now."""
    account_id, billing_id = stored.account_id, stored.invoice.id
    found = await billing.ask_now(
        document_of(stored), lambda reads: bills.invoice(reads, account_id, billing_id)
    )
    if found is None:
        raise NotFound
    return found


def _take(
    session: Session,
    stored: StoredInvoice,
    invoice: Invoice,
    wanted: WantedPayment,
    paying: Paying,
    *,
    actor: Actor,
) -> _Taken:
    known = rows.lock(session, wanted.id)
    if known is not None:  # the request is repeated
        return _Taken(known, None, is_new=False)
    under_way = rows.lock_under_way(session, stored.id)
    if not under_way:
        _require_payable(invoice)
    try:
        found = choose(under_way, wanted.bank, invoice.left.rounded())
    except OtherBank:
        raise Refused("payment_open") from None
    match found:
        case Show(id_):
            return _Taken(_again(session, id_), None, is_new=False)
        case SendAgain(id_):
            _require_payable(invoice)  # billing may hold it back by now
            return _handed_over(session, _again(session, id_), paying, actor, is_new=False)
        case StartNew(instead_of):
            if instead_of is not None:
                replaced = Learned(PaymentNews.CANCELLED, reasons.REPLACED)
                learning.learn(session, _again(session, instead_of), replaced, actor=actor)
            _require_payable(invoice)
            new = _new(stored, invoice, wanted)
            payments.insert(session, new)
            payment = _again(session, new.id)
            learning.started(session, payment, actor=actor)
            return _handed_over(session, payment, paying, actor, is_new=True)


def _require_payable(invoice: Invoice) -> None:
    if not invoice.is_payable or not invoice.left.rounded():
        raise Refused("invoice_not_payable")


def _new(stored: StoredInvoice, invoice: Invoice, wanted: WantedPayment) -> NewPayment:
    try:  # without a right one banks refuse it, and its money would find no invoice
        reference = checked_reference(invoice.payment_reference or "")
    except InvalidReference:
        raise Refused("invoice_not_payable") from None
    paid = PaidInvoice(stored.id, stored.account_id, invoice.id, invoice.number, reference)
    return NewPayment(
        wanted.id,
        paid,
        wanted.bank,
        invoice.left.rounded(),
        wanted.language,
        person_id=wanted.person_id,
    )


def _handed_over(
    session: Session, payment: StoredPayment, paying: Paying, actor: Actor, *, is_new: bool
) -> _Taken:
    url = paying.return_url(payment.bank)
    order = hand_overs.hand_over(session, payment, url, actor=actor)
    return _Taken(_again(session, payment.id), order, is_new)


def _again(session: Session, payment_id: UUID) -> StoredPayment:
    payment = rows.lock(session, payment_id)
    if payment is None:
        raise LookupError("locked just now")
    return payment
