"""What accounts owe, and the limits and subscriptions that services have.

Everything runs in the one thread of the event loop and nothing here awaits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from simulators.billing.forms import (
    Charge,
    Credit,
    FinalInvoice,
    Form,
    Limit,
    Price,
    Subscription,
    SubscriptionEnd,
    Undoing,
)
from simulators.billing.refusals import Refused, not_booked

LIMIT = "spendingLimit"
"""Name of the characteristic that holds a limit, in cents."""


class AccountForm(BaseModel):
    """An account. One that was never set is known, and refused nothing."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    known: bool = True
    credit_cents: int | None = Field(None, ge=0, description="It may owe so much; null: any sum")
    highest_limit_cents: int | None = Field(None, ge=0, description="Null: any limit")


LIMITS = "limit"
Slot = tuple[UUID, str]
"""A service, and what it has: ``LIMITS``, or the product that it subscribes to."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a slot since the booking ``key``; no ``values``: nothing any more."""

    key: str
    values: dict[str, Any] | None
    before: "Held | None"


class Books:
    """The books of one operator's billing."""

    def __init__(self) -> None:
        self.accounts: dict[UUID, AccountForm] = {}
        self.invoiced: set[UUID] = set()
        """Services whose last invoice is issued."""
        self._charged: dict[str, tuple[UUID, int]] = {}
        self._held: dict[Slot, Held] = {}
        self._slots: dict[str, Slot] = {}

    def owed(self, account: UUID) -> int:
        """Return the sum of an account's charges that are not refunded, in cents."""
        return sum(cents for whose, cents in self._charged.values() if whose == account)

    def held(self) -> dict[Slot, dict[str, Any]]:
        """Return what is in each slot that has something."""
        return {slot: each.values for slot, each in self._held.items() if each.values is not None}

    def forget(self) -> None:
        for each in (self.accounts, self.invoiced, self._charged, self._held, self._slots):
            each.clear()

    def book(self, key: str, form: Form) -> bool:
        """Make a booking; False: it changes nothing. Raises Refused."""
        account = self.accounts.get(form.account) or AccountForm(id=form.account)
        if not account.known:
            raise not_booked("account_unknown", "There is no such account.")
        match form:
            case Credit():
                self._afford(account, form.prices)
                return False
            case Charge():
                self._charged[key] = (form.account, self._afford(account, form.prices))
            case Limit():
                _check_limit(account, form.characteristics.get(LIMIT))
                given = {n: v for n, v in form.characteristics.items() if v is not None}
                self.hold(key, (form.service, LIMITS), given or None)
            case Subscription():
                self._afford(account, form.prices)
                prices = [each.model_dump() for each in form.prices]
                values = {"prices": prices, "characteristics": form.characteristics}
                self.hold(key, (form.service, form.product), values)
            case SubscriptionEnd():
                self.hold(key, (form.service, form.product), None)
            case FinalInvoice():
                cents = sum(each.cents for each in form.prices)
                self._charged[key] = (form.account, cents)
                self.invoiced.add(form.service)
            case Undoing():
                return self._undo(form)
        return True

    def _afford(self, account: AccountForm, prices: Iterable[Price]) -> int:
        """Return the sum of the prices, in cents, where the account may owe it, too."""
        cents, most = sum(each.cents for each in prices), account.credit_cents
        if most is not None and self.owed(account.id) + cents > most:
            raise not_booked("credit_refused", "The account may not owe so much.")
        return cents

    def hold(self, key: str, slot: Slot, values: dict[str, Any] | None) -> None:
        """Put something in a slot, by the booking ``key``; None: nothing is there any more."""
        self._held[slot] = Held(key, values, self._held.get(slot))
        self._slots[key] = slot

    def _undo(self, form: Undoing) -> bool:
        if form.action == "refund":
            if self._charged.pop(form.of, None) is None:
                raise _not_in_force("charge")
            return True
        noun = form.action.removeprefix("restore_")
        slot = self._slots.get(form.of)
        if slot is None or (slot[1] == LIMITS) != (noun == "limit"):
            raise _not_in_force(noun)
        del self._slots[form.of]
        now = self._held[slot]
        if now.key != form.of:  # another booking has changed it since
            return False
        if now.before is None:
            del self._held[slot]
        else:
            self._held[slot] = now.before
        return True


def _not_in_force(noun: str) -> Refused:
    return not_booked(f"{noun}_unknown", f"No such {noun} is in force.")


def _check_limit(account: AccountForm, cents: Any) -> None:
    highest = account.highest_limit_cents
    if highest is not None and isinstance(cents, int) and cents > highest:
        raise not_booked("limit_too_high", "The account may not have such a limit.")
