"""What a contract and its summary say: the data from which they are rendered."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

import rfc8785

from domain.numbers.sms_texts import Language

_CENT = Decimal("0.01")


class PricePeriod(StrEnum):
    """How often a price is charged."""

    ONCE = "once"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a contract. ``contacts``: what people write to or call, one line each."""

    name: str
    code: str
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provider:
    """The operator as its contracts say it. ``vat_rate`` is in per cent."""

    party: Party
    general_terms: str
    vat_rate: Decimal


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price in euros, without VAT; finer than a cent where the price is one with VAT."""

    name: str
    net: Decimal
    period: PricePeriod


@dataclass(frozen=True, slots=True)
class ContractService:
    """A service of a contract, and its number where it has one."""

    name: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class SummaryTexts:
    """What only the summary says, in sentences; empty: nothing is to be said."""

    equipment: tuple[str, ...] = ()
    speeds: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    renewal: tuple[str, ...] = ()
    accessibility: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractDocument:
    """Everything that a contract says. Texts are in ``language``; nothing in them is markup.

    ``dated`` is the day of the document, not of a signature. ``vat_rate`` is in per cent.
    ``starts_on`` None: the day on which the service is set up. ``committed_months`` 0: no
    commitment. ``ends_on`` and ``lasts_years`` None: for an unspecified time. ``chosen``: what was
    chosen of the product, each with its name. ``is_signed`` False: people confirm it.
    ``notice_rules``: how either party may end it, one sentence or more each.
    """

    number: str
    language: Language
    dated: date
    product_name: Mapping[Language, str]
    operator: Party
    customer: Party
    services: Sequence[ContractService]
    prices: Sequence[PriceLine]
    vat_rate: Decimal
    starts_on: date | None
    committed_months: int
    notice_rules: tuple[str, ...]
    general_terms: str
    ends_on: date | None = None
    user: Party | None = None
    summary: SummaryTexts = SummaryTexts()
    lasts_years: int | None = None
    chosen: tuple[tuple[str, str], ...] = ()
    is_signed: bool = True

    def net(self, period: PricePeriod) -> Decimal:
        """Return what is charged in this period, without VAT."""
        return sum((each.net for each in self.prices if each.period is period), Decimal(0))

    def gross(self, period: PricePeriod) -> Decimal:
        """Return the same with VAT: of the sum, rounded once (EN 16931, BR-CO-17)."""
        return (self.net(period) * (1 + self.vat_rate / 100)).quantize(_CENT, ROUND_HALF_UP)

    def sha256(self) -> str:
        """Return the SHA-256 of all of it in hexadecimal digits: what was offered, as data."""
        return hashlib.sha256(rfc8785.dumps(_plain(asdict(self)))).hexdigest()


@dataclass(frozen=True, slots=True)
class TerminationDocument:
    """What the confirmation of a contract's end says. ``costs``: sentences, empty for none."""

    number: str
    language: Language
    dated: date
    product_name: str
    operator: Party
    customer: Party
    requested_on: date
    ends_on: date
    ending_services: Sequence[ContractService]
    costs: tuple[str, ...] = ()
    number_kept_until: date | None = None


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; numbers with a fraction as text."""
    match value:
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
    return value
