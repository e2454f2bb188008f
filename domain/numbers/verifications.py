"""Number verification: a person proves to hold a number with the code that was sent to it.

Rules and their sources: NIST SP 800-63B section 3.1.3 (out-of-band code: at most 10 minutes, once,
20 bits from an approved generator, limited attempts), OWASP ASVS 5.0 section 6.5 and 6.6 (bound to
the request, no enumeration).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.numbers.phone_numbers import PhoneNumber
from domain.numbers.sms_texts import Language
from domain.reasons import Reason

DIGITS = 6


class VerificationState(StrEnum):
    """State of a verification. Every state but ``sent`` is final."""

    SENT = "sent"
    """A code is being sent, or was sent."""
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    """The same requester requested another code for the same number."""
    CANCELLED = "cancelled"
    UNDELIVERABLE = "undeliverable"
    """The gateway reported for good that the number cannot be reached."""


class VerificationMethod(StrEnum):
    """Proof that a verification rests on."""

    SMS = "sms"
    """A code that was sent to the number."""
    MOBIIL_ID = "mobiil_id"
    """A login by Mobiil-ID with that number."""


class DeliveryStatus(StrEnum):
    """Delivery of an SMS. Later members replace earlier ones, never the other way round."""

    PENDING = "pending"
    """Not handed to the gateway yet."""
    SENDING = "sending"
    """Being handed over. Found after a crash: the outcome is unknown."""
    UNKNOWN = "unknown"
    """The gateway's answer was lost, and no report has come. Not sent again unless requested."""
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED_TEMPORARY = "failed_temporary"
    FAILED_PERMANENT = "failed_permanent"
    EXPIRED = "expired"
    DELIVERED = "delivered"


def replaced_by(status: DeliveryStatus) -> frozenset[DeliveryStatus]:
    """Statuses that a report of ``status`` replaces: late and repeated reports change nothing."""
    order = list(DeliveryStatus)
    return frozenset(order[: order.index(status)])


class CodeCheck(StrEnum):
    """Result of checking a code that somebody typed."""

    ACCEPTED = "accepted"
    """One of the codes that were sent. The workflow carries out what follows."""
    WRONG = "wrong"
    LAST_WRONG = "last_wrong"
    """Wrong, and the verification failed by it."""
    CLOSED = "closed"
    """The verification had ended, or its time had run out."""
    NOT_FOUND = "not_found"
    """There is no such verification that this requester may see."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Requester of a verification: a person, or a program for a person unknown here."""

    person_id: UUID | None = None
    client: str | None = None

    @property
    def key(self) -> str:
        """One text for either kind: the same as ``COALESCE(person_id, client)`` in SQL."""
        return str(self.person_id or self.client)


@dataclass(frozen=True, slots=True)
class VerificationRequest:
    """A request to send a code to a number. Its id makes a repetition safe."""

    id: UUID
    requester: Requester
    number: PhoneNumber
    language: Language = Language.ESTONIAN
    message: str | None = None
    """A program's own text, with ``{{code}}`` in it."""


@dataclass(frozen=True, slots=True)
class VerificationRules:
    """Limits of one verification. How many SMS anyone may request: ``send_limits``."""

    life: timedelta = timedelta(minutes=10)
    """How long a code can be used."""
    wrong_codes: int = 5
    """Wrong codes until the verification fails."""
    sends: int = 3
    """SMS for one verification, including the first."""
    wait: timedelta = timedelta(seconds=60)
    """Before a second SMS; doubled before each further one."""

    def wait_after(self, sends: int) -> timedelta:
        """Wait for the next SMS after ``sends`` from one requester to one number in an hour."""
        doublings = min(max(sends, 1) - 1, 10)
        return self.wait * (1 << doublings)


CODE_RIGHT = Reason("code_right", "The code that was sent to the number came back")
PHONE_IN_TOKEN = Reason("mobiil_id", "The login by Mobiil-ID proves the number")
TOO_MANY_WRONG_CODES = Reason("too_many_wrong_codes", "Too many wrong codes")
TIME_RAN_OUT = Reason("time_ran_out", "The code's time ran out")
NEWER_REQUEST = Reason("newer_request", "A newer code was requested")
CANCELLED_BY_PERSON = Reason("cancelled", "The person cancelled the verification")
UNREACHABLE = Reason("number_unreachable", "The gateway reported that the number cannot get SMS")
BARRED = Reason("number_barred", "The number's operator delivers no SMS to it")
SIM_CHANGED = Reason("sim_changed", "The number's SIM was changed too recently")
SIM_UNKNOWN = Reason("sim_unknown", "It could not be learnt when the number's SIM was last changed")
NUMBER_VERIFIED = Reason("number_verified", "Proved to hold the number of this service")
OWN_NUMBER_VERIFIED = Reason("own_number_verified", "Proved to hold a number of the own account")
NUMBER_LEFT = Reason("number_left", "The number is no longer this service's")
USER_CHANGED = Reason("user_changed", "The operator named another user of the number")


def code_digest(key: bytes, verification_id: UUID, code: str) -> str:
    """Digest of a code, the only form in which it is stored.

    Useless without the key, and for any other verification.
    """
    return hmac.digest(key, verification_id.bytes + code.encode(), "sha256").hex()


def matches(digests: Iterable[str], digest: str) -> bool:
    """Return whether ``digest`` is one of ``digests``, compared in constant time."""
    found = False
    for each in digests:
        found |= hmac.compare_digest(each, digest)
    return found
