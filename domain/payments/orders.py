"""Questions to a bank, and its answers: the types of the port to banks.

A bank tells of a payment twice: by a notice, through the payer's browser or from its own server,
and by a line of the account's statement. The notice is signed and may never come; the line is what
the money is.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.billing.money import Money
from domain.numbers.sms_texts import Language
from domain.payments.references import same_reference


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """One try to pay one invoice at one bank."""

    payment_id: UUID
    stamp: str
    """Identifies the try at this bank: 20 digits, new for each."""
    amount: Money
    reference: str
    """Reference number (viitenumber) of the invoice."""
    message: str
    """Shown to the payer, and in the statement. Shortened to what the bank takes."""
    language: Language
    sent_at: datetime
    return_url: str
    """Address for the payer's return and the bank's notices. No query: some banks drop it."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the payer's browser here."""

    url: str


@dataclass(frozen=True, slots=True)
class PostForm:
    """Let the payer's browser post these fields here.

    ``charset`` is the form's ``accept-charset``: the signature is over bytes of this encoding.
    """

    url: str
    fields: dict[str, str] = field(repr=False)
    charset: str


@dataclass(frozen=True, slots=True)
class Started:
    """The payer's way to the bank."""

    action: Redirect | PostForm


class Outcome(StrEnum):
    """Outcome of a notice."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    """Cancelled by the payer or refused by the bank: the notice does not say which."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of the bank about one try, its signature verified, and meant for us.

    It is as true a day later as at once: the stamp ties it to one try, so that a repeated one says
    nothing new. What is not ``is_timely`` does not prove that it was sent now, and settles nothing.
    """

    stamp: str
    outcome: Outcome
    reference: str
    """As the notice has it; empty: none."""
    amount: Money | None
    """None where nothing was paid."""
    is_our_account: bool | None
    """Paid to the configured account; None where nothing was paid."""
    bank_reference: str | None = field(repr=False)
    """The bank's number of the transaction; not the one in the statement at every bank."""
    at: datetime | None
    """When the bank made the payment. A notice that nothing was paid has no time at all."""
    is_timely: bool
    """Signed within five minutes of when it came. False where it has no time."""
    from_server: bool
    """Sent by the bank's server, not by the browser. Not signed: decides the answer's form only."""


class Difference(StrEnum):
    """Something that a notice says otherwise than the order."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    REFERENCE = "reference"
    ACCOUNT = "account"


def differences(order: PaymentOrder, told: Told) -> frozenset[Difference]:
    """Return what a notice says otherwise than the order with its stamp.

    A notice that nothing was paid has neither an amount nor an account to compare.
    """
    found = set()
    if not same_reference(told.reference, order.reference):
        found.add(Difference.REFERENCE)
    if told.is_our_account is False:
        found.add(Difference.ACCOUNT)
    if told.amount is not None and told.amount.currency != order.amount.currency:
        found.add(Difference.CURRENCY)
    if told.amount is not None and told.amount.amount != order.amount.amount:
        found.add(Difference.AMOUNT)
    return frozenset(found)


class NotOurs(Exception):
    """The content is no notice of this bank to us. ``str()`` is a ``NotOursReason``: no content."""

    def __init__(self, reason: "NotOursReason") -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotOursReason(StrEnum):
    """Cause for a notice to count for nothing."""

    UNREADABLE = "unreadable"
    """No form, a field twice, a field missing, or bytes that are no text."""
    UNKNOWN_SERVICE = "unknown_service"
    """The notice is of a service or version that was not asked for."""
    WRONG_PARTIES = "wrong_parties"
    """From another bank, or to another company: another's notice, sent to us."""
    WRONG_SIGNATURE = "wrong_signature"


class Standing(StrEnum):
    """Answer of a bank that can be asked about a payment."""

    UNDER_WAY = "under_way"
    WAITING_SECOND_SIGNER = "waiting_second_signer"
    PAID = "paid"
    NOT_PAID = "not_paid"
    UNKNOWN = "unknown"


class CannotBeAsked(Exception):
    """The bank has no such question (iPizza): only the statement tells."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A booked line of a statement: money that came, or that the bank took back."""

    bank_reference: str
    """Identifies the line at this bank, for ever, where it ``is_numbered``."""
    amount: Money
    """Above zero, also for a return."""
    reference: str | None
    """Reference number with a right check digit; None: none, or nothing that is one."""
    booked_on: date
    is_return: bool = False
    """The bank took money back that had come before."""
    payer_name: str | None = field(default=None, repr=False)
    transfer_id: str | None = None
    """The banks' id of the transfer. A return has the one of what it returns."""
    returned_reference: str | None = None
    """Of a return: ``bank_reference`` of the line that it takes back, where the bank tells it."""
    is_numbered: bool = True
    """The bank gave the line a number; else it is known by its place, in this statement alone."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Booked lines of one account, in the order of the bank."""

    id: str
    account: str = field(repr=False)
    """IBAN."""
    entries: tuple[Entry, ...]
