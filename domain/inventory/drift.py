"""Drift: where a network has something else than a service should have. Pure.

Compared are characteristics, the number and the state. Unknown is not drift: what the network does
not show, a service that its list does not name, and a service that is being changed say nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from domain.inventory.characteristics import BY_NAME, CHARACTERISTICS, DriftPolicy, Owner
from domain.processes import ProcessType

PROCESS = ProcessType.DRIFT_CHECK
NUMBER, STATE = "msisdn", "state"
"""What is compared beside characteristics: the number, and the state at the network."""
_CHECKS = UUID("6f2b8a52-0f0b-4d52-9d0e-9c8a64c8b7a1")
_LONGEST = 1000
"""Characters of a value as JSON. What is longer is not kept."""


class DriftState(StrEnum):
    """State of a difference while the network still shows it."""

    REPORTED = "reported"
    """It is listed."""
    PROPOSED = "proposed"
    """A person decides whether it is repaired or accepted."""
    HELD = "held"
    """It would be repaired by itself, but too many were found at once: a person decides."""
    TO_REPAIR = "to_repair"
    """It is to be repaired, and is not yet."""
    REPAIRING = "repairing"
    """The service is being sent to the network, or was and the network was not read since."""


UNDECIDED = frozenset({DriftState.REPORTED, DriftState.PROPOSED, DriftState.HELD})
"""States of a difference about which nobody has decided."""


class DriftEnd(StrEnum):
    """How a difference ended."""

    AGREES = "agrees"
    """The network shows what should be."""
    ACCEPTED = "accepted"
    """What the network has is what should be from now on."""
    NOT_EXPECTED = "not_expected"
    """Nobody says any more what the service should have: it has another owner, for example."""
    SERVICE_ENDED = "service_ended"


class DriftDecision(StrEnum):
    """Decision about a difference."""

    REPAIR = "repair"
    """Send the service to the network again."""
    ACCEPT = "accept"
    """Keep what the network has."""


class NetworkOutcome(StrEnum):
    """How the reading of a network's list ended."""

    COMPLETE = "complete"
    GIVEN_UP = "given_up"
    """It did not answer for too long, or refused. What was read before is compared."""


class Compared(NamedTuple):
    """What is compared of every service, and what is done where it differs."""

    name: str
    policy: DriftPolicy
    is_repairable: bool
    """Sending the service to the network again sends it."""
    is_acceptable: bool
    """What the network has may become what should be. False: others than we say what should be."""


def _compared() -> tuple[Compared, ...]:
    characteristics = (
        Compared(each.name, each.drift, each.is_resent, each.owner is Owner.ORDERS)
        for each in CHARACTERISTICS
        if not each.is_secret
    )
    own = (Compared(name, DriftPolicy.PROPOSE, True, False) for name in (NUMBER, STATE))
    return (*characteristics, *own)


COMPARED: Mapping[str, Compared] = MappingProxyType({each.name: each for each in _compared()})


def may_be(decision: DriftDecision) -> list[str]:
    """Names of what may be decided about so."""
    accepts = decision is DriftDecision.ACCEPT
    return [
        each.name
        for each in COMPARED.values()
        if (each.is_acceptable if accepts else each.is_repairable)
    ]


def decisions_about(characteristic: str, state: DriftState) -> list[DriftDecision]:
    """Return what a person may decide about an open difference of an active service."""
    if state not in UNDECIDED:
        return []
    return [each for each in DriftDecision if characteristic in may_be(each)]


def kept_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of what a network shows the characteristics that we know: no secrets, nothing huge."""
    return {
        name: value
        for name, value in settings.items()
        if name in BY_NAME and not BY_NAME[name].is_secret and len(repr(value)) <= _LONGEST
    }


def check_id(subject: str) -> UUID:
    """Form the id of the check for a scheduled time: it is requested once."""
    return uuid5(_CHECKS, subject)


@dataclass(frozen=True, slots=True)
class RepairLimits:
    """Services that may be repaired by themselves within ``window``.

    Fewer than ``least``, or up to ``share`` of those that were compared. Beyond that a person
    decides about all of them.
    """

    share: float = 0.01
    least: int = 20
    window: timedelta = timedelta(days=1)

    def exceeded(self, repairs: int, compared: int, recently: int = 0) -> bool:
        """Return True if repairing ``repairs`` services needs a person's decision.

        ``recently``: how many were repaired by themselves within the window before.
        """
        total = recently + repairs
        return repairs > 0 and total >= self.least and total > self.share * compared


@dataclass(frozen=True, slots=True)
class DriftCounts:
    """What a check found, in numbers: of services, unless said otherwise."""

    services: int
    """Active ones here."""
    compared: int
    left_out: int
    """Read while something changed them: an open step, a new record, the network itself."""
    unread: int
    """Active ones that no list of a network named."""
    unknown_here: int
    """Named by a network, and no service of ours."""
    rejected: int
    """Entries of networks' lists that could not be read."""
    networks_given_up: int
    """Networks whose list was not read to its end."""
    differing: int
    """Differences that were found: of any service, several where it has several."""
    new: int
    """Those of them that were not listed before."""
    ended: int
    """Differences that were listed and are no more."""
    to_repair: int
    """New differences that are repaired by themselves."""
    held: int
    """New differences that would be, but are too many."""
