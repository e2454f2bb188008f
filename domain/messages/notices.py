"""Notices: what a person is told in their inbox, and by SMS where they wish so.

A notice is created once for each person, kind, subject and occasion, however often it is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

Fact = UUID | date | int
"""No text: a fact holds no name, number or code of a person."""


SMS_A_DAY = 5
"""Most notices of one person that are sent by SMS within a day. All are in the inbox."""
UNASKED_SMS_A_DAY = 2
"""Most of them, beside those, that anybody can bring about: see ``UNASKED``."""


class NoticeKind(StrEnum):
    """Kind of a notice. May grow; each has its text in every language."""

    ACCESS_ENDED = "access_ended"
    """Taken away in a review: what the operator or a proved number gave."""
    ACCESS_REQUEST_ANSWERED = "access_request_answered"
    ACCESS_REQUEST_LAPSED = "access_request_lapsed"
    ACCESS_REQUESTED = "access_requested"
    ACCESS_RESTORED = "access_restored"
    ACCESS_SHORTENED = "access_shortened"
    """Shortened in a review: what the operator gave."""
    ACCESS_SUSPENDED = "access_suspended"
    APPROVAL_ASKED_ANEW = "approval_asked_anew"
    """As ``APPROVAL_PROPOSED``, by another state of the register."""
    APPROVAL_CARRIED_OUT = "approval_carried_out"
    APPROVAL_DECLINED = "approval_declined"
    APPROVAL_LAPSED = "approval_lapsed"
    APPROVAL_PROPOSED = "approval_proposed"
    """Somebody proposed an act that this person is to confirm."""
    APPROVAL_REFUSED = "approval_refused"
    """Confirmed, but it could not be carried out any more."""
    APPROVAL_REMINDER = "approval_reminder"
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    CALL_DETAILS_ASKED = "call_details_asked"
    """Of a number's user: somebody ordered an extract about the number with whole numbers."""
    CONTRACT_END_PROPOSED = "contract_end_proposed"
    """By the register's word about the company; told to who represents it then: a trustee."""
    CONTRACT_ENDS = "contract_ends"
    """Of a user, on a number: told to the user and to the number's owner, whoever ends it."""
    CONTRACT_EXPIRES = "contract_expires"
    """A contract for a term ends by itself soon."""
    CONTRACT_GOES_ON = "contract_goes_on"
    """Its end was called off; told to the same people."""
    CONTRACT_RESUMED = "contract_resumed"
    CONTRACT_SUSPENDED = "contract_suspended"
    """Its service is shut off: somebody said that the telephone is lost or stolen."""
    DELEGATION_ACCEPTED = "delegation_accepted"
    DELEGATION_CHANGED = "delegation_changed"
    DELEGATION_DECLINED = "delegation_declined"
    DELEGATION_ENDED = "delegation_ended"
    DELEGATION_ENDS_SOON = "delegation_ends_soon"
    """30, 7 and 1 days before its last day: one occasion each."""
    DELEGATION_IMPORTED = "delegation_imported"
    """Existed at the operator before, and is shown here from now on."""
    DELEGATION_NARROWED = "delegation_narrowed"
    """By a representative who gives only together with others: told to those."""
    DELEGATION_OFFER_WITHDRAWN = "delegation_offer_withdrawn"
    """As ``DELEGATION_NARROWED``."""
    DELEGATION_OFFERED = "delegation_offered"
    DELEGATION_RESTORED = "delegation_restored"
    """The register no longer says that the company is deleted or bankrupt."""
    DELEGATION_REVOKED = "delegation_revoked"
    DELEGATION_SUSPENDED = "delegation_suspended"
    """The company is deleted or bankrupt, says the register."""
    DELEGATION_TAKEN_BACK = "delegation_taken_back"
    """As ``DELEGATION_NARROWED``."""
    MANDATE_ENDED = "mandate_ended"
    MANDATE_RECORDED = "mandate_recorded"
    """Given on paper, and confirmed by a second member of staff."""
    NUMBER_ASKED_FOR = "number_asked_for"
    """Somebody else's order takes a number of the account, if its owner confirms it."""
    NUMBER_LEAVES = "number_leaves"
    """Another operator takes it, and its contract ends then; told to the contract's owner."""
    NUMBER_STAYS = "number_stays"
    """That was called off; told to the same people."""
    ORDER_CONFIRMED = "order_confirmed"
    """By others than the person who placed it."""
    ORDER_NOT_CONFIRMED = "order_not_confirmed"
    """Declined, withdrawn, or nobody confirmed it in time: it is cancelled."""
    ORDER_REMINDER = "order_reminder"
    """It still waits for the confirmation of one person."""
    ORDER_TO_CONFIRM = "order_to_confirm"
    PAYMENT_CAME_OTHERWISE = "payment_came_otherwise"
    """Another sum came for an invoice than was started here: it is booked."""
    PAYMENT_OVERPAID = "payment_overpaid"
    """More came than was left of the invoice, or it came twice: billing returns the rest."""
    PAYMENT_REFUSED = "payment_refused"
    """After the payer had left the bank: a second signer did not sign, or the bank refused."""
    PAYMENT_RETURNED = "payment_returned"
    """The bank took the money back: the invoice is open again."""
    REVIEW_DECIDED = "review_decided"
    """Access was ended or shortened in a review; told as ``DELEGATION_NARROWED``."""
    REVIEW_OPENED = "review_opened"
    REVIEW_REMINDER = "review_reminder"


UNASKED = frozenset(
    {NoticeKind.ACCESS_REQUESTED, NoticeKind.DELEGATION_OFFERED, NoticeKind.NUMBER_ASKED_FOR}
)
"""Kinds that strangers bring about, who must not use up the SMS that say what access was lost."""
FACTS: Mapping[NoticeKind, frozenset[str]] = MappingProxyType(
    {
        NoticeKind.ACCESS_SHORTENED: frozenset({"through"}),
        NoticeKind.APPROVAL_ASKED_ANEW: frozenset({"until"}),
        NoticeKind.APPROVAL_PROPOSED: frozenset({"until"}),
        NoticeKind.APPROVAL_REMINDER: frozenset({"until"}),
        NoticeKind.CALL_DETAILS_ASKED: frozenset({"from", "through"}),
        NoticeKind.CONTRACT_EXPIRES: frozenset({"through", "days"}),
        NoticeKind.DELEGATION_ENDS_SOON: frozenset({"through", "days"}),
        NoticeKind.DELEGATION_IMPORTED: frozenset({"from", "through"}),
        NoticeKind.DELEGATION_OFFERED: frozenset({"from", "through"}),
        NoticeKind.MANDATE_RECORDED: frozenset({"from", "through"}),
        NoticeKind.ORDER_REMINDER: frozenset({"until"}),
        NoticeKind.ORDER_TO_CONFIRM: frozenset({"until"}),
        NoticeKind.REVIEW_OPENED: frozenset({"until"}),
        NoticeKind.REVIEW_REMINDER: frozenset({"until"}),
    }
)
"""Facts that a notice of this kind must have. ``through`` and ``until`` are last days."""
PURPOSE_EVENT = "purpose_event"
"""Fact: the event whose note says what for, in words that are read where they can be erased."""


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to be created. Raises ValueError where a fact that its kind needs is missing."""

    person_id: UUID
    kind: NoticeKind
    subject_id: UUID
    """The delegation, grant, mandate, review, freeze, request, approval, order or extract.

    Of ``REVIEW_DECIDED`` the account.
    """
    occasion: str = ""
    """Distinguishes notices of one kind about one subject: a date, a version. No personal data."""
    account_id: UUID | None = None
    """The account that the person may be told about; None: no account is named."""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the facts."""
        if missing := FACTS.get(self.kind, frozenset()) - self.facts.keys():
            raise ValueError(f"a notice {self.kind} needs {', '.join(sorted(missing))}")

    def as_json(self) -> dict[str, Any]:
        """Return the notice as JSON: days in ISO 8601, ids as text."""
        facts = {
            name: value if isinstance(value, int) else str(value)
            for name, value in self.facts.items()
        }
        return {
            "person_id": str(self.person_id),
            "kind": self.kind.value,
            "subject_id": str(self.subject_id),
            "occasion": self.occasion,
            "account_id": str(self.account_id) if self.account_id else None,
            "facts": facts,
        }
