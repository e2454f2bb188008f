"""Reads of what an account owes."""

from uuid import UUID

from activities.adapters.billing.reads import BillingReads
from activities.adapters.billing.wire import Wire, WireMoney, money_of, needed
from domain.billing.invoices import Balance
from domain.billing.money import Money


class _WireBalance(Wire):
    amount: WireMoney
    overdue: WireMoney | None = None


def balance(reads: BillingReads, account_id: UUID) -> Balance:
    """Read what an account owes. Raises NotDone."""
    path = f"/billingAccount/{account_id}/balance"

    def make(read: _WireBalance) -> Balance:
        owed = needed(read.amount)
        overdue = money_of(read.overdue) or Money.zero(owed.currency)
        return Balance(owed, overdue)

    return reads.one(path, _WireBalance, make)
