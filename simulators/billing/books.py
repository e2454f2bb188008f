"""What accounts owe, and the limits and subscriptions that services have.

Everything runs in the one thread of the event loop and nothing here awaits.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from simulators.billing.entries import LIMITS, Charged, Held, LimitChange, Slot, Subscribed
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


class Books:
    """The books of one operator's billing."""

    def __init__(self) -> None:
        self.accounts: dict[UUID, AccountForm] = {}
        self.invoiced: set[UUID] = set()
        """Services whose last invoice is issued."""
        self.limit_changes: list[LimitChange] = []
        self._charged: dict[str, Charged] = {}
        self._held: dict[Slot, Held] = {}
        self._slots: dict[str, Slot] = {}

    def owed(self, account: UUID) -> int:
        """Return the sum of an account's charges that are not refunded, in cents."""
        return sum(each.cents for each in self.charged(account))

    def charged(self, account: UUID) -> list[Charged]:
        """Return the account's charges that are not refunded."""
        return [each for each in self._charged.values() if each.account == account]

    def subscribed(self, account: UUID, before: int) -> list[Subscribed]:
        """Return what the account's services subscribe to, since before a moment."""
        return [
            Subscribed(slot[0], slot[1], [Price(**one) for one in each.values["prices"]])
            for slot, each in self._held.items()
            if each.values and slot[1] != LIMITS and each.account == account and each.at < before
        ]

    def held(self) -> dict[Slot, dict[str, Any]]:
        """Return what is in each slot that has something."""
        return {slot: each.values for slot, each in self._held.items() if each.values is not None}

    def limit(self, service: UUID) -> Held | None:
        """Return what was booked of a service's limit; None: nothing."""
        return self._held.get((service, LIMITS))

    def forget(self) -> None:
        for each in (self.accounts, self.invoiced, self._charged, self._held, self._slots):
            each.clear()
        self.limit_changes.clear()

    def book(self, key: str, form: Form, at: int) -> bool:
        """Make a booking at a moment; False: it changes nothing. Raises Refused."""
        account = self.accounts.get(form.account) or AccountForm(id=form.account)
        if not account.known:
            raise not_booked("account_unknown", "There is no such account.")
        match form:
            case Credit():
                self._afford(account, form.prices)
                return False
            case Charge():
                self._afford(account, form.prices)
                self._charged[key] = _charged(form, at)
            case Limit():
                _check_limit(account, form.characteristics.get(LIMIT))
                given = {n: v for n, v in form.characteristics.items() if v is not None}
                self.hold(key, (form.service, LIMITS), given or None, at, form)
            case Subscription():
                self._afford(account, form.prices)
                prices = [each.model_dump() for each in form.prices]
                values = {"prices": prices, "characteristics": form.characteristics}
                self.hold(key, (form.service, form.product), values, at, form)
            case SubscriptionEnd():
                self.hold(key, (form.service, form.product), None, at, form)
            case FinalInvoice():
                self._charged[key] = _charged(form, at)
                self.invoiced.add(form.service)
            case Undoing():
                return self._undo(key, form, at)
        return True

    def _afford(self, account: AccountForm, prices: Iterable[Price]) -> None:
        """Raise Refused where the account may not owe these prices, too."""
        cents, most = sum(each.cents for each in prices), account.credit_cents
        if most is not None and self.owed(account.id) + cents > most:
            raise not_booked("credit_refused", "The account may not owe so much.")

    def hold(
        self,
        key: str,
        slot: Slot,
        values: dict[str, Any] | None,
        at: int,
        form: Form | None = None,
    ) -> None:
        """Put something in a slot, by the booking ``key``; None: nothing is there any more.

        Without ``form`` another system of the operator does it.
        """
        before, account = self._held.get(slot), None if form is None else form.account
        after = self._held[slot] = Held(key, values, before, account, at)
        self._note_limit(slot, (before, after), key, at, form)
        self._slots[key] = slot

    def _note_limit(
        self,
        slot: Slot,
        change: tuple[Held | None, Held | None],
        key: str,
        at: int,
        form: Form | None,
    ) -> None:
        if slot[1] == LIMITS:
            account, product = (None, None) if form is None else (form.account, form.product)
            noted = LimitChange(at, account, slot[0], *change, product, key)
            self.limit_changes.append(noted)

    def _undo(self, key: str, form: Undoing, at: int) -> bool:
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
        self._note_limit(slot, (now, now.before), key, at, form)
        if now.before is None:
            del self._held[slot]
        else:
            self._held[slot] = now.before
        return True


def _charged(form: Charge | FinalInvoice, at: int) -> Charged:
    return Charged(form.account, form.service, form.product, tuple(form.prices), at)


def _not_in_force(noun: str) -> Refused:
    return not_booked(f"{noun}_unknown", f"No such {noun} is in force.")


def _check_limit(account: AccountForm, cents: Any) -> None:
    highest = account.highest_limit_cents
    if highest is not None and isinstance(cents, int) and cents > highest:
        raise not_booked("limit_too_high", "The account may not have such a limit.")
