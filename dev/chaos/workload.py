"""What is asked for in a campaign: numbers to be proved, and settings to be sent again."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class Habit(StrEnum):
    """What somebody does who asked for a code."""

    TYPES = "types"
    TYPES_WRONG_FIRST = "types a wrong one first"
    ASKS_AGAIN = "asks for a second one"
    CANCELS = "cancels"
    NEVER = "never comes back"


class Trait(StrEnum):
    """What there is about a number."""

    PLAIN = "plain"
    SIM_CHANGED = "its SIM was changed"
    REFUSED = "refused by the gateway"


@dataclass(frozen=True, slots=True)
class NumberWish:
    """Somebody asks for a code at this moment, and types it in so long after it has come."""

    at: float
    index: int
    person: int
    habit: Habit
    trait: Trait
    types_after: float

    @property
    def number(self) -> str:
        """A number of its own."""
        return f"+372552{self.index:05}"


@dataclass(frozen=True, slots=True)
class ResendWish:
    """A service's settings are to be sent again."""

    at: float
    index: int
    service: int


def service_id(service: int) -> UUID:
    """Of a service whose settings are sent again."""
    return uuid5(NAMESPACE_URL, f"chaos/service/{service}")
