"""What a month of an account costs, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from simulators.billing.books import Books
from simulators.billing.calls.totals import invoiced
from simulators.billing.entries import Charged
from simulators.billing.invoices.taxes import rounded, with_tax, without_tax
from simulators.billing.ledgers import Ledger
from simulators.billing.months import Month

_TEXTS = {
    "voice": "Kõned välismaale",
    "sms": "Sõnumid väljaspool paketti",
    "data": "Andmemaht väljaspool paketti",
    "roaming": "Rändlus",
    "premium": "Eritariifsed teenused",
}
_PARKING = "Mobiilne parkimine"
_DISCOUNT_FROM, _DISCOUNT = 3, Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Line:
    """A line. ``service`` None: of the account as a whole; ``net`` in euros, rounded to cents."""

    kind: str
    text: str
    service: str | None
    product: str | None
    net: Decimal
    rate: int

    @property
    def gross(self) -> Decimal:
        """With its VAT. The sum of these may differ by cents from what the invoice says."""
        return with_tax(self.net, self.rate)


def lines(ledger: Ledger, books: Books, month: Month, as_of: int) -> list[Line]:
    """Return the lines of a month as they are at a moment: after it was issued, the last word."""
    fees = list(_fees(ledger, books, month))
    of_usage = list(_usage(ledger, month, as_of))
    return [*fees, *of_usage, *_once(ledger, books, month, as_of), *_besides(ledger, fees, month)]


def _fees(ledger: Ledger, books: Books, month: Month) -> Iterator[Line]:
    rate = month.vat_rate
    for phone in ledger.phones:
        form = phone.form
        if form.monthly_fee:
            fee, text = rounded(form.monthly_fee), f"{form.package}, kuutasu"
            yield Line("monthly_fee", text, phone.service, form.package, fee, rate)
    for each in books.subscribed(ledger.form.account, month.end):
        for price in each.prices:
            net = _net(price.cents, rate, included=price.vat_included)
            text = f"{each.product}, kuutasu"
            yield Line("monthly_fee", text, str(each.service), each.product, net, rate)


def _usage(ledger: Ledger, month: Month, as_of: int) -> Iterator[Line]:
    for phone in ledger.phones:
        for (kind, rate), cost in sorted(invoiced(phone, month, as_of).items()):
            text = _TEXTS[kind] if rate or kind != "premium" else _PARKING
            if net := rounded(cost):
                yield Line(kind, text, phone.service, None, net, rate)


def _once(ledger: Ledger, books: Books, month: Month, as_of: int) -> Iterator[Line]:
    rate = month.vat_rate
    if month.month % 6 == 1 and ledger.phones:
        text, price = "SIM-kaardi vahetus", Decimal("2.42")
        yield Line("one_off", text, ledger.phones[0].service, None, price, rate)
    for each in books.charged(ledger.form.account):
        if month.start <= each.at < min(month.end, as_of + 1):
            yield _charge(each, rate)


def _charge(charged: Charged, rate: int) -> Line:
    net = sum(
        (_net(each.cents, rate, included=each.vat_included) for each in charged.prices), Decimal(0)
    )
    return Line("one_off", charged.product, str(charged.service), charged.product, net, rate)


def _besides(ledger: Ledger, fees: list[Line], month: Month) -> Iterator[Line]:
    if len(ledger.phones) >= _DISCOUNT_FROM:
        less = -rounded(sum((each.net for each in fees), Decimal(0)) * _DISCOUNT)
        yield Line("discount", "Mahusoodustus 5%", None, None, less, month.vat_rate)
    if month.month % 6 == 3:
        # Not a price: no VAT.
        yield Line("penalty", "Viivis eelmise arve eest", None, None, Decimal("0.85"), 0)


def _net(cents: int, rate: int, *, included: bool) -> Decimal:
    amount = Decimal(cents) / 100
    return without_tax(amount, rate) if included else rounded(amount)
