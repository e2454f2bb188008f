"""The requests of a campaign: numbers, settings to resend, access to give, orders, contracts."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from simulators.register.codes import personal_code

SUBSCRIPTION, SIGNED_SUBSCRIPTION = "mobile-subscription", "signed-subscription"
"""The products of the campaign's contracts: one is agreed to by a click, one by a signature."""


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


class GivingHabit(StrEnum):
    """The life of access that somebody is offered, and of what they pass on."""

    KEPT = "kept"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    REVOKED_EARLY = "revoked while what was passed on is not accepted"
    WAIVED = "waived"

    @property
    def is_passed_on(self) -> bool:
        """Return whether its receiver accepts it, and passes a part on."""
        return self not in {GivingHabit.DECLINED, GivingHabit.WITHDRAWN}


class Part(StrEnum):
    """A person of a giving: each giving has its own."""

    GIVER = "giver"
    """Owns the account."""
    RECEIVER = "receiver"
    CHILD = "child"
    """To whom the receiver passes a part on."""


@dataclass(frozen=True, slots=True)
class GivingRequest:
    """Somebody gives another person access at `at`; each step follows after a pause."""

    at: float
    index: int
    habit: GivingHabit
    pause: float

    def code(self, part: Part) -> str:
        """Personal code of one of its people."""
        return personal_code("EST", date(1981, 1, 8), 2 + 3 * self.index + [*Part].index(part))

    def number(self, part: Part) -> str:
        """Number to which that person gets notices."""
        return f"+372553{3 * self.index + [*Part].index(part):05}"

    @property
    def account_id(self) -> UUID:
        """Id of the giver's own account."""
        return uuid5(NAMESPACE_URL, f"chaos/giver/{self.index}")


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order of several items, which the operator places and may cancel a while later."""

    at: float
    index: int
    services: tuple[int, ...]
    """One for each item, no two alike."""
    cancelled_after: float | None
    """Seconds; None: never."""

    def cents(self, item: int) -> int:
        """The limit that an item sets: of this item alone. Items count from 1."""
        return 100 + 10 * self.index + item


class ContractHabit(StrEnum):
    """The life of a contract that somebody starts."""

    KEPT = "kept"
    ENDED = "ended"
    """Withdrawn from by its consumer once it is active: it ends at once."""
    NOT_AGREED = "withdrawn before it is agreed to"


class Agreeing(StrEnum):
    """The way in which a person agrees to a contract."""

    MOBILE_ID = "mobile_id"
    SMART_ID = "smart_id"
    CLICK = "click"


@dataclass(frozen=True, slots=True)
class ContractRequest:
    """A person starts a mobile subscription at `at`, on a number that others may want too."""

    at: float
    index: int
    wanted: int
    """Which of the campaign's numbers."""
    habit: ContractHabit
    pause: float

    @property
    def agrees(self) -> Agreeing:
        """The way in which its person agrees: each habit meets each way."""
        ways = list(Agreeing)
        return ways[(self.index + self.index // len(ways)) % len(ways)]

    @property
    def product(self) -> str:
        """The product of the contract."""
        return SUBSCRIPTION if self.agrees is Agreeing.CLICK else SIGNED_SUBSCRIPTION

    @property
    def phone(self) -> str | None:
        """Number at which Mobile-ID asks; None: the person agrees otherwise."""
        return f"+372557{self.index:05}" if self.agrees is Agreeing.MOBILE_ID else None

    @property
    def code(self) -> str:
        """Personal code of its person, who has this contract alone."""
        return personal_code("EST", date(1982, 1, 8), 2 + self.index)

    @property
    def account_id(self) -> UUID:
        """Id of the person's account."""
        return uuid5(NAMESPACE_URL, f"chaos/subscriber/{self.index}")

    @property
    def number(self) -> str:
        """The number that is wanted."""
        return f"+372556{self.wanted:05}"


def ordered_id(service: int) -> UUID:
    """Return the id of a service that orders change."""
    return uuid5(NAMESPACE_URL, f"chaos/ordered/{service}")


def service_id(service: int) -> UUID:
    """Return the id of a service whose settings are resent."""
    return uuid5(NAMESPACE_URL, f"chaos/service/{service}")
