"""Contracts as people read them before they agree, from the messages ``act.contract_*``."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from domain.accounts import ServiceKind
from domain.approvals.contract_acts import AlsoEnds, ContractEnded
from domain.catalogue.products import Period, Price
from domain.contracts.starts import OfferedTerms
from domain.documents.kinds import DocumentKind
from domain.numbers.sms_texts import Language
from domain.visible_text import made_visible
from runtime.contract_goes_on_texts import contract_line_v1
from runtime.order_act_texts import name_text, prices_v1, value_v1
from runtime.texts import day_text, text


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """What the text of a contract says, looked up by the ids of its act."""

    account: str
    product: Mapping[Language, str]
    """Name of the product."""
    kind: ServiceKind
    """Of the service that it starts."""
    terms: OfferedTerms
    units: Mapping[str, str]
    """Units of parameters, by name."""
    is_signed: bool
    """True: its documents are signed."""


@dataclass(frozen=True, slots=True)
class ContractEndFacts:
    """What the text of the end of a contract says, looked up by the ids of its act."""

    account: str
    product: Mapping[Language, str] | str
    """Name of the product; of one that the catalogue does not know, as the operator names it."""
    services: tuple[str, ...]
    """Labels of its services."""
    ended: ContractEnded


def _end_v1(facts: ContractEndFacts, language: Language) -> str:
    ended = facts.ended
    also = {what.value: str(ended.also.get(what, 0)) for what in AlsoEnds}
    return text(
        "act.contract_end.v1",
        language,
        account=made_visible(facts.account),
        contract=contract_line_v1(facts.product, facts.services, language),
        reason=text(f"state.contract_end.{ended.reason}", language),
        day=day_text(ended.on, language),
        cost=text("act.part.contract_cost.v1", language, price=_cost_v1(ended, language)),
        also=text("act.part.contract_also.v1", language, **also),
    )


def _cost_v1(ended: ContractEnded, language: Language) -> str:
    if ended.is_cost_known:
        return prices_v1(ended.cost, language)
    unknown = text("act.part.contract_cost_unknown.v1", language)
    return f"{prices_v1(ended.cost, language)}; {unknown}" if ended.cost else unknown


def _start_v1(facts: ContractFacts, language: Language) -> str:
    how = "act.part.contract_signed.v1" if facts.is_signed else "act.part.contract_confirmed.v1"
    return text(
        "act.contract_start.v1",
        language,
        account=made_visible(facts.account),
        terms="\n".join(_terms_v1(facts, language)),
        documents=_documents_v1(facts.terms.documents, language),
        how=text(how, language),
    )


def _terms_v1(facts: ContractFacts, language: Language) -> Iterator[str]:
    terms = facts.terms
    kind = text(f"state.service_kind.{facts.kind}", language)
    label = " ".join(filter(None, (terms.service_name, terms.number)))
    product, service = made_visible(facts.product[language]), made_visible(label) or kind
    yield text("act.part.contract_service.v1", language, product=product, service=service)
    for name, value in sorted(terms.parameters.items()):
        if value is not None:
            said = value_v1(name, value, facts.units.get(name, ""), language)
            shown = made_visible(name_text(name, language))
            yield text("act.part.order_parameter.v1", language, name=shown, value=said)
    prices = [
        Price(each.cents, each.currency, each.is_vat_included, Period(each.period))
        for each in terms.prices
    ]
    yield text("act.part.order_price.v1", language, price=prices_v1(prices, language))
    if terms.months:
        yield text("act.part.contract_months.v1", language, months=str(terms.months))
    else:
        yield text("act.part.contract_no_months.v1", language)
    if terms.begins_at_once:
        yield text("act.part.contract_at_once.v1", language)
    if terms.lasts_years:
        yield text("act.part.contract_years.v1", language, years=str(terms.lasts_years))


def _documents_v1(kinds: Collection[str], language: Language) -> str:
    named = ", ".join(text(said, language) for kind, said in _DOCUMENTS.items() if kind in kinds)
    if not named:
        return text("act.part.contract_no_documents.v1", language)
    return text("act.part.contract_documents.v1", language, documents=named)


_DOCUMENTS: Mapping[DocumentKind, str] = {
    DocumentKind.CONTRACT: "act.part.contract_document.v1",
    DocumentKind.CONTRACT_SUMMARY: "act.part.contract_summary.v1",
}
"""Messages that name the documents which are there before anybody agrees."""
END_RENDERERS: Mapping[int, Callable[[ContractEndFacts, Language], str]] = {1: _end_v1}
START_RENDERERS: Mapping[int, Callable[[ContractFacts, Language], str]] = {1: _start_v1}
"""By version of the text."""
