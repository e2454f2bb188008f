"""Number verification: a person proves to hold a number by the code that was sent to it.

Rules and their sources: NIST SP 800-63B section 3.1.3 (out-of-band code: at most 10 minutes, once,
20 bits from an approved generator, limited tries), OWASP ASVS 5.0 section 6.5 and 6.6 (bound to the
request, no enumeration).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.provisioning.steps import Decision, Step
from domain.reasons import Reason

DIGITS = 6


class State(StrEnum):
    """Where a verification stands. All but the first are for ever."""

    SENT = "sent"
    """A code is on its way, or there."""
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    """The same person asked for another code for the same number."""
    CANCELLED = "cancelled"
    UNDELIVERABLE = "undeliverable"
    """The gateway says for good that the number cannot be reached."""


class Delivery(StrEnum):
    """What is known of an SMS, in the order in which it can become known."""

    PENDING = "pending"
    """Not handed to the gateway yet."""
    SENDING = "sending"
    """Being handed over: whoever finds this after a crash does not know whether it was."""
    UNKNOWN = "unknown"
    """The gateway's answer was lost, and it has reported nothing: it is not sent again unasked."""
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED_TEMPORARY = "failed_temporary"
    FAILED_PERMANENT = "failed_permanent"
    EXPIRED = "expired"
    DELIVERED = "delivered"


_RANK = {delivery: rank for rank, delivery in enumerate(Delivery)}


def newer(known: Delivery, told: Delivery) -> Delivery:
    """What is known after a report: late, repeated and reordered reports change nothing."""
    return max(known, told, key=_RANK.__getitem__)


@dataclass(frozen=True, slots=True)
class VerificationRules:
    """How long a verification lives and what it bears."""

    life: timedelta = timedelta(minutes=10)
    tries: int = 5
    """Wrong codes until it fails."""
    sends: int = 3
    """SMS for one verification, the first included."""
    wait: timedelta = timedelta(seconds=60)
    """Before a second SMS; doubled before each further one."""

    def wait_after(self, sends: int) -> timedelta:
        """How long to wait after so many SMS to one number for one person within an hour."""
        doublings = min(max(sends, 1) - 1, 10)
        return self.wait * (1 << doublings)


CODE_RIGHT = Reason("code_right", "The code that was sent to the number came back")
PHONE_IN_TOKEN = Reason("mobiil_id", "The login by Mobiil-ID proves the number")
TOO_MANY_TRIES = Reason("too_many_tries", "Too many wrong codes")
TIME_RAN_OUT = Reason("time_ran_out", "The code's time ran out")
NEWER_REQUEST = Reason("newer_request", "A newer code was asked for")
TAKEN_BACK = Reason("cancelled", "The person took it back")
UNREACHABLE = Reason("number_unreachable", "The number cannot get SMS, says the gateway")
BARRED = Reason("number_barred", "The number's operator lets no SMS through to it")
SIM_CHANGED = Reason("sim_changed", "The number's SIM was changed too short a time ago")
SIM_UNKNOWN = Reason("sim_unknown", "When the number's SIM was last changed could not be learnt")
NUMBER_VERIFIED = Reason("number_verified", "Proved to hold the number of this service")
OWN_NUMBER_VERIFIED = Reason("own_number_verified", "Proved to hold a number of the own account")
NUMBER_LEFT = Reason("number_left", "The number is no longer this service's")
USER_CHANGED = Reason("user_changed", "The number is used by someone else now, says the operator")


def code_digest(key: bytes, verification_id: UUID, code: str) -> str:
    """A code as it may be kept: useless without the key, and for any other verification."""
    return hmac.digest(key, verification_id.bytes + code.encode(), "sha256").hex()


def matches(digests: Iterable[str], guess: str) -> bool:
    """Whether a guess's digest is among those sent, in a time that tells nothing of them."""
    found = False
    for digest in digests:
        found |= hmac.compare_digest(digest, guess)
    return found


PROCESS = "number_verification"
LOOK_AT_SIM = "look-at-sim"
_SEND = "send-"


def send_step(verification_id: UUID, send: int) -> Step:
    """The step that hands the ``send``-th SMS over.

    Where nobody knows whether it was sent, the person may ask for another; an operator may have it
    sent again, with a new code.
    """
    may = (Decision.RETRY, Decision.SKIP)
    return Step(PROCESS, verification_id, f"{_SEND}{send}", may=may, refusal_ends=True)


def send_of(step: Step) -> int:
    """Which SMS this step hands over."""
    return int(step.action.removeprefix(_SEND))


def sim_step(verification_id: UUID) -> Step:
    """The step that looks at the SIM. It cannot be left out: unknown never grants."""
    return Step(PROCESS, verification_id, LOOK_AT_SIM)
