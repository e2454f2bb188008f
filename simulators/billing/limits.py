"""Credit limits of an account and its services, what of them is used, and their history."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from simulators.billing.books import LIMIT, Books
from simulators.billing.entries import Held, LimitChange
from simulators.billing.invoices.lines import lines
from simulators.billing.ledgers import Ledger, Ledgers
from simulators.billing.months import Month, local

_AGAINST_IT = frozenset({"voice", "sms", "data", "roaming", "premium", "one_off"})
"""Kinds of lines that count against a limit."""
_ZERO = Decimal(0)


class Change(NamedTuple):
    """A change of a limit, in euros; None: no limit. ``service`` None: the account's.

    ``key``: the Idempotency-Key of the booking that made it.
    """

    at: int
    service: str | None
    before: Decimal | None
    after: Decimal | None
    by: dict[str, str]
    reason: str
    key: str | None = None


class Limits:
    """The limits of all accounts."""

    def __init__(self, ledgers: Ledgers, books: Books) -> None:
        self._ledgers = ledgers
        self._books = books

    def of_service(self, service: UUID, otherwise: Decimal | None) -> Decimal | None:
        """Return the limit that is booked, or the one of the ledger."""
        return _euros(self._books.limit(service), otherwise)

    def used(self, ledger: Ledger, now: int) -> dict[str | None, Decimal]:
        """Return what was spent beyond fees in the current month, with VAT, by service."""
        found: dict[str | None, Decimal] = {}
        for each in lines(ledger, self._books, Month.of(local(now)), now):
            if each.kind in _AGAINST_IT:
                found[each.service] = found.get(each.service, _ZERO) + each.gross
        return found

    def history(self, account: UUID) -> list[Change]:
        """Return the changes of an account's limits, the newest first."""
        ledger = self._ledgers.get(account)
        phones = [] if ledger is None else ledger.phones
        given = {each.form.service: each.form.credit_limit for each in phones}
        booked = [
            _change(each, given.get(each.service))
            for each in self._books.limit_changes
            if self._is_of(account, each)
        ]
        return [*booked[::-1], *([] if ledger is None else _at_start(ledger))]

    def _is_of(self, account: UUID, change: LimitChange) -> bool:
        if change.account is not None:
            return change.account == account
        ledger = self._ledgers.of_service(change.service)
        return ledger is not None and ledger.form.account == account


def _change(change: LimitChange, given: Decimal | None) -> Change:
    is_ours = change.product is not None
    by = {"kind": "customer"} if is_ours else {"kind": "operator", "name": "Klienditeenindus"}
    reason = f"tellimus: {change.product}" if is_ours else "muutis klienditeenindus"
    before, after = _euros(change.before, given), _euros(change.after, given)
    return Change(change.at, str(change.service), before, after, by, reason, change.key or None)


def _at_start(ledger: Ledger) -> list[Change]:
    """Return how the limits of a ledger were set, when its first month began."""
    at, by = ledger.first.start, {"kind": "operator", "name": "Klienditeenindus"}
    found = [
        Change(at, each.service, None, each.form.credit_limit, by, "lepingu sõlmimine")
        for each in ledger.phones
        if each.form.credit_limit is not None
    ]
    if ledger.form.credit_limit is not None:
        limit = ledger.form.credit_limit
        found.append(Change(at, None, None, limit, {"kind": "system"}, "krediidihinnang"))
    return found


def _euros(held: Held | None, given: Decimal | None) -> Decimal | None:
    """Return a limit; ``given``: that of the ledger, where nothing was booked."""
    if held is None:
        return given
    cents = (held.values or {}).get(LIMIT)
    return Decimal(cents) / 100 if isinstance(cents, int) else None
