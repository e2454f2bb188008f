"""Issued invoices: an invoice never changes, whatever is told or booked later."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from simulators.billing.books import Books
from simulators.billing.invoices.lines import Line, lines
from simulators.billing.invoices.taxes import Taxed, per_rate, rounded
from simulators.billing.ledgers import Ledger, Ledgers
from simulators.billing.months import Month, local

_CREDIT_MONTH = 5
"""The month with a credit note, counted from the ledger's first."""
_CREDIT_AFTER = 10 * 86_400


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice of a month, or a credit note: its lines are less than zero."""

    ledger: Ledger
    month: Month
    lines: tuple[Line, ...]
    is_credit: bool = False

    @property
    def account(self) -> UUID:
        return self.ledger.form.account

    @property
    def id(self) -> str:
        return id_of(self.account, self.month, is_credit=self.is_credit)

    @property
    def number(self) -> str:
        return number_of(self.account, self.month, is_credit=self.is_credit)

    @property
    def reference(self) -> str | None:
        """The reference number to pay it with; none of a credit note."""
        return None if self.is_credit else reference_number(self.number)

    @property
    def issued_at(self) -> int:
        return self.month.issued_at + (_CREDIT_AFTER if self.is_credit else 0)

    @property
    def issued_on(self) -> date:
        return local(self.issued_at).date()

    @property
    def taxes(self) -> list[Taxed]:
        return per_rate((each.rate, each.net) for each in self.lines)

    @property
    def net(self) -> Decimal:
        return sum((each.net for each in self.lines), Decimal(0))

    @property
    def gross(self) -> Decimal:
        return self.net + sum((each.tax for each in self.taxes), Decimal(0))

    @property
    def was_paid(self) -> bool:
        """Whether it was paid before anybody looked."""
        return not self.is_credit and self.month < self.ledger.paid_until


class Invoices:
    """The invoices of all ledgers."""

    def __init__(self, ledgers: Ledgers, books: Books) -> None:
        self._ledgers = ledgers
        self._books = books

    def of(self, ledger: Ledger, now: int) -> list[Invoice]:
        """Return the invoices that are issued by now, the newest first."""
        return list(self._newest_first(ledger, now))

    def get(self, id_: str, now: int) -> Invoice | None:
        """Return an issued invoice."""
        try:
            ledger = self._ledgers.get(UUID(id_[:32]))
        except ValueError:
            return None
        found = [] if ledger is None else self.of(ledger, now)
        return next((each for each in found if each.id == id_), None)

    def _newest_first(self, ledger: Ledger, now: int) -> Iterator[Invoice]:
        month, credited = Month.of(local(now)), ledger.first.plus(_CREDIT_MONTH)
        while month >= ledger.first and ledger.phones:
            if month == credited:
                yield from self._issued(ledger, month, now, is_credit=True)
            yield from self._issued(ledger, month, now)
            month = month.plus(-1)

    def _issued(
        self, ledger: Ledger, month: Month, now: int, *, is_credit: bool = False
    ) -> Iterator[Invoice]:
        if month.issued_at + (_CREDIT_AFTER if is_credit else 0) > now:
            return
        id_ = id_of(ledger.form.account, month, is_credit=is_credit)
        if id_ not in ledger.issued:
            found = (
                _credit(ledger, month)
                if is_credit
                else lines(ledger, self._books, month, month.issued_at)
            )
            ledger.issued[id_] = Invoice(ledger, month, tuple(found), is_credit)
        yield ledger.issued[id_]


def id_of(account: UUID, month: Month, *, is_credit: bool = False) -> str:
    return f"{account.hex}{month.year}{month.month:02}{'c' if is_credit else ''}"


def number_of(account: UUID, month: Month, *, is_credit: bool = False) -> str:
    """Return the number that people see."""
    digits = f"{month.year % 100:02}{month.month:02}{account.int % 10**7:07}"
    return f"K{digits}" if is_credit else digits


def reference_number(digits: str) -> str:
    """Add the check digit of an Estonian reference number: weights 7, 3, 1 from the right."""
    weighed = sum(int(each) * (7, 3, 1)[n % 3] for n, each in enumerate(reversed(digits)))
    return f"{digits}{-weighed % 10}"


def _credit(ledger: Ledger, month: Month) -> list[Line]:
    phone = ledger.phones[0]
    half = -rounded(phone.form.monthly_fee / 2)
    text = "Hüvitis teenuse katkestuse eest"
    return [Line("discount", text, phone.service, None, half, month.vat_rate)]
