"""States of a payment, the news that change them, and what each piece of news makes of each state.

News come twice, late and in any order: from the person's browser and the bank's server, from the
bank's statement, from our own clock, from operations. What is not in ``AFTER`` changes nothing.
"""

from collections.abc import Mapping
from enum import StrEnum


class PaymentState(StrEnum):
    """State of a payment. May grow."""

    CREATED = "created"
    """Recorded; nothing was handed to the bank yet."""
    SENT = "sent"
    """Handed to the bank: the person pays there, or has left."""
    AUTHORISING = "authorising"
    """The bank says that the person is confirming it there."""
    WAITING_SECOND_SIGNER = "waiting_second_signer"
    """The bank says that somebody else of the company must sign as well."""
    ACCEPTED = "accepted"
    """A signed word of the bank says that it is paid: the money is on its way."""
    SETTLED = "settled"
    """The money has come."""
    RETURNED = "returned"
    """The money had come, and the bank took it back."""
    REFUSED = "refused"
    """The bank did not carry it out."""
    CANCELLED = "cancelled"
    """By the person, here or at the bank."""
    EXPIRED = "expired"
    """Nothing was heard of it for so long that nothing is expected any more."""
    UNKNOWN = "unknown"
    """The bank has said nothing: it may be paid or not, and only the statement tells."""
    MISMATCH = "mismatch"
    """The bank's word does not fit what was sent: a person decides."""

    @property
    def is_open(self) -> bool:
        """Return whether money may be on its way: then no other payment of it is started."""
        return self in OPEN


class PaymentNews(StrEnum):
    """News about a payment."""

    SENT = "sent"
    """The payment was handed to the bank, also once more."""
    AUTHORISING = "authorising"
    SECOND_SIGNER = "second_signer"
    PAID = "paid"
    """The bank's signed word, which fits what was sent."""
    PAID_OTHERWISE = "paid_otherwise"
    """The bank's signed word about another amount or account."""
    NOT_PAID = "not_paid"
    """The bank's signed word, which tells no amount: cancelled or refused."""
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """The bank's word, or nothing came in a statement for long."""
    SILENT = "silent"
    """The bank has said nothing for long, or does not know."""
    CREDITED = "credited"
    """An entry of a statement fits it: the money is there."""
    TAKEN_BACK = "taken_back"
    """An entry of a statement says that the bank took the money back."""
    DECIDED_PAID = "decided_paid"
    """Operations decided that the money has come."""
    DECIDED_UNPAID = "decided_unpaid"
    """Operations decided that it has not, and will not."""
    DECIDED_ELSEWHERE = "decided_elsewhere"
    """Operations decided that what came, and was never booked, is not for this invoice."""


_S, _N = PaymentState, PaymentNews
OPEN = frozenset(
    {
        _S.CREATED,
        _S.SENT,
        _S.AUTHORISING,
        _S.WAITING_SECOND_SIGNER,
        _S.ACCEPTED,
        _S.UNKNOWN,
        _S.MISMATCH,
    }
)
STARTED = frozenset({_S.CREATED, _S.SENT, _S.AUTHORISING, _S.WAITING_SECOND_SIGNER, _S.UNKNOWN})
"""Open, and started by a person who has not paid yet as far as is known: one of an invoice."""
AT_BANK = frozenset({_S.SENT, _S.AUTHORISING, _S.WAITING_SECOND_SIGNER, _S.UNKNOWN})
"""The bank may still say what became of it."""
CAN_BE_SENT = frozenset({_S.CREATED, _S.SENT, _S.UNKNOWN})
"""The person may be handed to the bank, also once more."""
CAN_BE_CANCELLED = CAN_BE_SENT
"""By the person here. What the bank is carrying out is cancelled there."""
NOT_PAID = frozenset({_S.REFUSED, _S.CANCELLED, _S.EXPIRED})
"""Final words that give way to one thing only: the money was paid all the same."""

_BY_NEWS: Mapping[PaymentNews, Mapping[PaymentState, PaymentState]] = {
    _N.SENT: dict.fromkeys((_S.CREATED, _S.UNKNOWN), _S.SENT),
    _N.AUTHORISING: dict.fromkeys((_S.SENT, _S.UNKNOWN), _S.AUTHORISING),
    _N.SECOND_SIGNER: dict.fromkeys(
        (_S.SENT, _S.AUTHORISING, _S.UNKNOWN), _S.WAITING_SECOND_SIGNER
    ),
    # 1111 after 1911 counts.
    _N.PAID: dict.fromkeys(AT_BANK | NOT_PAID | {_S.CREATED}, _S.ACCEPTED),
    _N.PAID_OTHERWISE: dict.fromkeys(AT_BANK | NOT_PAID | {_S.CREATED}, _S.MISMATCH),
    # 1911 after 1111 changes nothing: it carries neither amount nor time.
    _N.NOT_PAID: {
        _S.CREATED: _S.CANCELLED,
        _S.SENT: _S.CANCELLED,
        _S.AUTHORISING: _S.CANCELLED,
        _S.WAITING_SECOND_SIGNER: _S.REFUSED,
        _S.UNKNOWN: _S.REFUSED,
    },
    _N.REFUSED: dict.fromkeys(AT_BANK | {_S.CREATED, _S.MISMATCH}, _S.REFUSED),
    _N.CANCELLED: dict.fromkeys(AT_BANK | {_S.CREATED}, _S.CANCELLED),
    _N.LAPSED: dict.fromkeys(AT_BANK | {_S.CREATED}, _S.EXPIRED),
    _N.SILENT: dict.fromkeys((_S.SENT, _S.AUTHORISING), _S.UNKNOWN),
    _N.CREDITED: dict.fromkeys(OPEN | NOT_PAID, _S.SETTLED),
    _N.DECIDED_PAID: dict.fromkeys(OPEN | NOT_PAID, _S.SETTLED),
    _N.DECIDED_UNPAID: dict.fromkeys(OPEN, _S.REFUSED),
    _N.DECIDED_ELSEWHERE: {_S.SETTLED: _S.CANCELLED},
    _N.TAKEN_BACK: dict.fromkeys((_S.SETTLED, _S.ACCEPTED, _S.MISMATCH), _S.RETURNED),
}
AFTER: Mapping[tuple[PaymentState, PaymentNews], PaymentState] = {
    (before, news): after for news, each in _BY_NEWS.items() for before, after in each.items()
}
"""The state that follows, by the state before and the news; no entry: nothing changes."""


def after(before: PaymentState, news: PaymentNews) -> PaymentState:
    """Return the state that a payment has after this news; the same: it changes nothing."""
    return AFTER.get((before, news), before)
