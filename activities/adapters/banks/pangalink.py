"""The Estonian bank link (pangalink, protocol iPizza) as a port to one bank.

Nothing is sent from here: the payer's browser posts a signed form to the bank, and the bank's
answer comes by the browser, from the bank's server, both, twice or never. There is no question
about a payment: where the answer was lost, only the statement tells.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from activities.adapters.banks import pangalink_forms, pangalink_notices
from activities.adapters.banks.pangalink_forms import Payee
from activities.adapters.banks.pangalink_mac import is_signed, mac_text, sign
from activities.adapters.banks.pangalink_notices import Notice
from activities.adapters.banks.statements import Statements
from domain.payments.bank_links import LinkEncoding, LinkVersion, MacHash
from domain.payments.ibans import same_account
from domain.payments.orders import (
    CannotBeAsked,
    NotOurs,
    NotOursReason,
    Outcome,
    PaymentOrder,
    PostForm,
    Standing,
    Started,
    Statement,
    Told,
)


@dataclass(frozen=True, slots=True)
class Link:
    """What was agreed upon with a bank."""

    name: str
    url: str
    sender_id: str
    """The operator, as the bank knows it: VK_SND_ID of orders, VK_REC_ID of notices."""
    bank_id: str
    """The bank: VK_SND_ID of its notices."""
    version: LinkVersion
    mac_hash: MacHash
    encoding: LinkEncoding
    account: str
    """IBAN of the operator."""
    payee_name: str | None
    """Name of the account's owner; None: orders name no account, the agreement has it."""


class PangalinkBank:
    """One bank that is reached by its bank link."""

    def __init__(
        self, link: Link, own_key: RSAPrivateKey, bank_key: RSAPublicKey, statements: Statements
    ) -> None:
        self._link = link
        self._own_key = own_key
        self._bank_key = bank_key
        self._statements = statements

    @property
    def name(self) -> str:
        return self._link.name

    def start(self, order: PaymentOrder) -> Started:
        """See Bank. Raises ValueError for an order that no bank takes."""
        link = self._link
        payee = None if link.payee_name is None else Payee(link.account, link.payee_name)
        fields = pangalink_forms.signed_fields(
            order, link.version, link.sender_id, payee, link.encoding
        )
        mac = sign(mac_text(fields.values()), link.encoding, self._own_key, link.mac_hash)
        unsigned = {
            "VK_MAC": mac,
            "VK_ENCODING": link.encoding.value,
            "VK_LANG": pangalink_forms.language_of(order),
        }
        return Started(PostForm(link.url, fields | unsigned, link.encoding.value))

    def read_return(self, raw: bytes, content_type: str, received_at: datetime) -> Told:
        """See Bank."""
        notice = pangalink_notices.read(raw, content_type, self._link.encoding)
        self._check(notice)
        if not notice.is_paid:
            return _not_paid(notice)
        at = pangalink_notices.time_of(notice)
        return Told(
            stamp=notice.fields["VK_STAMP"],
            outcome=Outcome.PAID,
            reference=notice.fields["VK_REF"],
            amount=pangalink_notices.amount_of(notice),
            is_our_account=same_account(notice.fields["VK_REC_ACC"], self._link.account),
            bank_reference=notice.fields["VK_T_NO"] or None,
            at=at,
            is_timely=pangalink_notices.is_timely(at, received_at),
            from_server=notice.from_server,
        )

    def ask(self, order: PaymentOrder) -> Standing:  # noqa: ARG002 # there is no such question
        """See Bank."""
        raise CannotBeAsked

    def statements(self, after: str | None) -> Iterable[Statement]:
        """See Bank."""
        return self._statements.after(after)

    def _check(self, notice: Notice) -> None:
        fields, link = notice.fields, self._link
        if fields["VK_VERSION"] != link.version:
            raise NotOurs(NotOursReason.UNKNOWN_SERVICE)
        if not is_signed(notice.signed, notice.mac, self._bank_key, link.mac_hash):
            raise NotOurs(NotOursReason.WRONG_SIGNATURE)
        # Any company with a bank link has notices that its bank signed: they are not ours.
        if (fields["VK_SND_ID"], fields["VK_REC_ID"]) != (link.bank_id, link.sender_id):
            raise NotOurs(NotOursReason.WRONG_PARTIES)


def _not_paid(notice: Notice) -> Told:
    return Told(
        stamp=notice.fields["VK_STAMP"],
        outcome=Outcome.NOT_PAID,
        reference=notice.fields["VK_REF"],
        amount=None,
        is_our_account=None,
        bank_reference=None,
        at=None,
        is_timely=False,
        from_server=notice.from_server,
    )
