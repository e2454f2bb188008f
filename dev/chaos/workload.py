"""The requests of a campaign: numbers to verify, and settings to resend."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class Habit(StrEnum):
    """A person's behaviour after requesting a code."""

    TYPES = "types"
    TYPES_WRONG_FIRST = "types a wrong one first"
    ASKS_AGAIN = "asks for a second one"
    CANCELS = "cancels"
    NEVER = "never comes back"


class Trait(StrEnum):
    """A property of a number."""

    PLAIN = "plain"
    SIM_CHANGED = "its SIM was changed"
    REFUSED = "refused by the gateway"


@dataclass(frozen=True, slots=True)
class NumberRequest:
    """A person asks for a code at `at` and types it in some time after its SMS."""

    at: float
    index: int
    person: int
    habit: Habit
    trait: Trait
    types_after: float

    @property
    def number(self) -> str:
        """Phone number of this request alone."""
        return f"+372552{self.index:05}"


@dataclass(frozen=True, slots=True)
class ResendRequest:
    """A request to resend a service's settings."""

    at: float
    index: int
    service: int


def service_id(service: int) -> UUID:
    """Return the id of a service whose settings are resent."""
    return uuid5(NAMESPACE_URL, f"chaos/service/{service}")
