"""Choose the payment for a click on "pay": pure, by the payments of the invoice under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.billing.money import Money
from domain.payments.states import CAN_BE_SENT, PaymentState


class UnderWay(Protocol):
    """A payment of the invoice whose money may be on its way, or is not booked yet."""

    @property
    def id(self) -> UUID: ...
    @property
    def bank(self) -> str: ...
    @property
    def state(self) -> PaymentState: ...
    @property
    def amount(self) -> Money: ...


@dataclass(frozen=True, slots=True)
class Show:
    """Its money may be on its way: it is shown, and no other one is started."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Nobody has paid it yet: the person is handed to its bank once more."""

    payment_id: UUID


@dataclass(frozen=True, slots=True)
class StartNew:
    """A new one, instead of this one, where there is one: another sum is left."""

    instead_of: UUID | None = None


class OtherBank(Exception):
    """The payment that nobody has paid yet is at another bank: it is cancelled first."""

    def __init__(self, payment_id: UUID) -> None:
        super().__init__()
        self.payment_id = payment_id


def choose(under_way: Sequence[UnderWay], bank: str, left: Money) -> Show | SendAgain | StartNew:
    """Return what a click on "pay" does. Raises OtherBank.

    ``left``: what is left of the invoice, as billing says now, in whole cents.
    """
    on_its_way = [each for each in under_way if each.state not in CAN_BE_SENT]
    if on_its_way:
        return Show(on_its_way[-1].id)
    if not under_way:
        return StartNew()
    started = under_way[-1]
    if started.amount != left:
        return StartNew(instead_of=started.id)
    if started.bank != bank:
        raise OtherBank(started.id)
    return SendAgain(started.id)
