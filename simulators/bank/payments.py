"""Payments, and what has become of them. Everything runs in the one thread of the event loop."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count
from uuid import uuid4

from simulators.bank.profiles import Profile


class State(StrEnum):
    OPEN = "open"
    WAITING = "waiting_second_signer"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class Clock:
    """The banks' clock: the machine's, and what the control interface adds."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def told(self, at: datetime) -> datetime:
        """Return a moment of this clock as of the world's present."""
        return at - self.ahead


@dataclass(frozen=True, slots=True)
class Payer:
    name: str = "Õie Jäär"
    account: str = "EE471000001020145685"


@dataclass(slots=True)
class Sent:
    """A notice by the bank's server. ``status``: of the answer; None: none came."""

    service: str
    at: datetime
    status: int | None = None


@dataclass(slots=True, eq=False)
class Payment:
    """A payment that somebody came with."""

    bank: Profile
    order: dict[str, str]
    opened_at: datetime
    id: str = field(default_factory=lambda: uuid4().hex)
    payer: Payer = Payer()
    state: State = State.OPEN
    signs_at: datetime | None = None
    """When the second signer signs by itself."""
    done_at: datetime | None = None
    number: str = ""
    """VK_T_NO."""
    sent: list[Sent] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.order["VK_AMOUNT"])


class Payments:
    """The payments of all banks, by id and by the stamp of their order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_id: dict[str, Payment] = {}
        # No number twice, also after a bank was stopped and forgot all it knew.
        self._numbers = count(int(clock.now().timestamp() * 1000) * 1000)

    def opened(self, bank: Profile, order: dict[str, str]) -> Payment | None:
        """Return the payment of an order, new or known; None: its stamp is that of another one."""
        for each in self._by_id.values():
            if (each.bank, each.order["VK_STAMP"]) == (bank, order["VK_STAMP"]):
                same = {"VK_AMOUNT", "VK_REF", "VK_CURR"}
                is_same = all(each.order[name] == order[name] for name in same)
                return each if is_same else None
        payment = Payment(bank, order, self._clock.now())
        self._by_id[payment.id] = payment
        return payment

    def of(self, payment_id: str) -> Payment | None:
        return self._by_id.get(payment_id)

    def newest(self) -> list[Payment]:
        return list(reversed(self._by_id.values()))

    def end(self, payment: Payment, state: State) -> None:
        """Let a payment be paid, cancelled or refused."""
        payment.state, payment.done_at, payment.signs_at = state, self._clock.now(), None
        if state is State.PAID:
            payment.number = str(next(self._numbers))

    def due(self) -> list[Payment]:
        """Return the payments whose second signer signs by now."""
        now = self._clock.now()
        return [each for each in self._by_id.values() if each.signs_at and each.signs_at <= now]

    def forget(self) -> None:
        self._by_id.clear()
