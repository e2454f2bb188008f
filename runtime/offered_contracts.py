"""What the documents of an offered contract say: its frozen terms as sentences and amounts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from domain.accounts import ServiceKind
from domain.catalogue.contract_terms import Agreement
from domain.catalogue.products import Period, Product
from domain.contracts.end_policy import NOTICE, WITHDRAW_WITHIN
from domain.contracts.starts import FrozenPrice, OfferedTerms
from domain.documents.contract_document import (
    ContractDocument,
    ContractService,
    Party,
    PriceLine,
    PricePeriod,
    Provider,
    SummaryTexts,
)
from domain.numbers.sms_texts import Language
from runtime.order_act_texts import name_text
from runtime.texts import messages, text

CURRENCY = "EUR"
_FINE = Decimal("0.000001")
"""So fine is a price without VAT: a hundred lines of them still sum up to the cent with it."""
_PERIODS: Mapping[str, PricePeriod] = {
    Period.ONCE: PricePeriod.ONCE,
    Period.MONTHLY: PricePeriod.MONTH,
}
_COMMUNICATION = frozenset({ServiceKind.MOBILE, ServiceKind.INTERNET, ServiceKind.FIXED_LINE})


class CurrencyNotShown(Exception):
    """A price is in a currency that documents do not show."""


@dataclass(frozen=True, slots=True)
class OfferedContract:
    """A contract that is to be offered, and its customer. ``dated``: the day of its draft."""

    id: UUID
    dated: date
    product: Product
    agreement: Agreement
    terms: OfferedTerms
    customer: Party


def document_of(contract: OfferedContract, provider: Provider) -> ContractDocument:
    """Return what the documents say; the same for the same facts. Raises CurrencyNotShown."""
    terms, language = contract.terms, contract.terms.language
    name = contract.product.name[language]
    return ContractDocument(
        number=str(contract.id),
        language=language,
        dated=contract.dated,
        product_name=contract.product.name,
        operator=provider.party,
        customer=contract.customer,
        services=(ContractService(_service_name(contract), terms.number),),
        prices=tuple(_price(each, name, provider.vat_rate) for each in terms.prices),
        vat_rate=provider.vat_rate,
        starts_on=None,
        committed_months=terms.months,
        notice_rules=tuple(_notice(terms.months, language)),
        general_terms=provider.general_terms,
        summary=_summary(contract.product, provider, language),
        lasts_years=terms.lasts_years,
        chosen=tuple(
            (name_text(each, language), _value_text(each, value, language))
            for each, value in sorted(terms.parameters.items())
            if value is not None
        ),
        is_signed=contract.agreement is Agreement.SIGN,
    )


def _service_name(contract: OfferedContract) -> str:
    kind = min(contract.product.kinds)
    return contract.terms.service_name or text(
        f"state.service_kind.{kind}", contract.terms.language
    )


def _price(price: FrozenPrice, name: str, vat_rate: Decimal) -> PriceLine:
    if price.currency != CURRENCY:
        raise CurrencyNotShown(price.currency)
    net = Decimal(price.cents) / 100
    if price.is_vat_included:
        net = (net / (1 + vat_rate / 100)).quantize(_FINE, ROUND_HALF_UP)
    return PriceLine(name, net, _PERIODS[price.period])


def _value_text(parameter: str, value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return text("act.part.order_yes.v1" if value else "act.part.order_no.v1", language)
    return messages(language).get(f"characteristic.{parameter}.{value}", str(value))


def _notice(months: int, language: Language) -> Iterator[str]:
    """Yield how the contract can be ended, as ``domain.contracts.end_policy`` ends it."""
    yield text("document.notice.protected", language)
    yield text("document.notice.other", language, days=NOTICE.days)
    if months:
        yield text("document.notice.term", language)
    yield text("document.notice.withdrawal", language, days=WITHDRAW_WITHIN.days)


def _summary(product: Product, provider: Provider, language: Language) -> SummaryTexts:
    if product.kinds.isdisjoint(_COMMUNICATION):
        return SummaryTexts()
    said = (text("document.summary.in_terms", language, terms=provider.general_terms),)
    return SummaryTexts(speeds=said, remedies=(), accessibility=said)
