"""What documents of contracts say, in the language of each: data for their templates.

Every text of ours is a message ``document.*``. What was agreed is data and stays as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.documents.contract_document import (
    ContractDocument,
    ContractService,
    Party,
    PricePeriod,
    TerminationDocument,
)
from domain.numbers.sms_texts import Language
from runtime.texts import day_text, text

Data = Mapping[str, Any]


def contract_data(contract: ContractDocument) -> Data:
    """Return what the contract says."""
    language = contract.language
    return _data(
        contract,
        text("document.contract.title", language, number=contract.number),
        sections=[
            _section("document.parties", language, facts=_parties(contract)),
            _section("document.services", language, facts=_services(contract)),
            _prices(contract),
            _section(
                "document.duration",
                language,
                paragraphs=_duration(contract),
                after=contract.notice_rules,
            ),
            _section(
                "document.terms",
                language,
                paragraphs=[
                    text("document.terms.part", language, terms=contract.general_terms),
                    _agreement(contract),
                ],
            ),
        ],
    )


def summary_data(contract: ContractDocument) -> Data:
    """Return what the contract summary says, by Implementing Regulation (EU) 2019/2243."""
    language, texts = contract.language, contract.summary
    operator = contract.operator
    sections = [
        _section(
            "document.summary.services",
            language,
            paragraphs=texts.equipment,
            facts=_services(contract),
        ),
        _section("document.summary.speeds", language, paragraphs=[*texts.speeds, *texts.remedies]),
        _prices(contract),
        _section(
            "document.summary.duration",
            language,
            paragraphs=[*_duration(contract), *texts.renewal, *contract.notice_rules],
        ),
        _section("document.summary.accessibility", language, paragraphs=texts.accessibility),
        _section("document.summary.other", language, paragraphs=texts.other),
    ]
    nothing = text("document.summary.nothing", language)
    return _data(
        contract,
        text("document.summary.title", language),
        introduction=[
            contract.product_name[language],
            ", ".join((operator.name, *operator.contacts)),
            day_text(contract.dated, language),
            text("document.summary.introduction", language),
        ],
        sections=[
            each if _says_something(each) else {**each, "paragraphs": [nothing]}
            for each in sections
        ],
    )


def termination_data(ended: TerminationDocument) -> Data:
    """Return what the confirmation of a contract's end says."""
    language = ended.language
    days = [
        (text("document.termination.requested", language), day_text(ended.requested_on, language)),
        (text("document.termination.ends", language), day_text(ended.ends_on, language)),
    ]
    if ended.number_kept_until is not None:
        kept = text("document.termination.number_kept", language)
        days.append((kept, day_text(ended.number_kept_until, language)))
    costs = ended.costs or (text("document.termination.no_costs", language),)
    services = [_service(each, language) for each in ended.ending_services]
    parties = _party_rows(language, operator=ended.operator, customer=ended.customer)
    return _data(
        ended,
        text("document.termination.title", language, number=ended.number),
        introduction=[text("document.termination.said", language, product=ended.product_name)],
        sections=[
            _section("document.parties", language, facts=parties),
            _section("document.termination.days", language, facts=days),
            _section("document.termination.services", language, facts=services),
            _section("document.termination.costs", language, paragraphs=costs),
        ],
    )


def money_text(amount: Decimal, language: Language) -> str:
    """Return an amount in euros as people write it."""
    if language is Language.ENGLISH:
        return f"€{amount:,.2f}"
    return f"{amount:,.2f} €".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def _data(
    of: ContractDocument | TerminationDocument,
    title: str,
    *,
    sections: Sequence[Data],
    introduction: Sequence[str] = (),
) -> Data:
    day = of.dated
    return {
        "language": of.language.value,
        "title": title,
        "author": of.operator.name,
        "dated": {"year": day.year, "month": day.month, "day": day.day},
        "introduction": list(introduction),
        "sections": list(sections),
        "footer": text(
            "document.footer", of.language, number=of.number, day=day_text(day, of.language)
        ),
    }


def _section(
    heading: str,
    language: Language,
    *,
    paragraphs: Sequence[str] = (),
    facts: Sequence[tuple[str, str]] = (),
    amounts: Data | None = None,
    after: Sequence[str] = (),
) -> Data:
    return {
        "heading": text(heading, language),
        "paragraphs": list(paragraphs),
        "facts": [list(each) for each in facts],
        "amounts": amounts,
        "after": list(after),
    }


def _says_something(section: Data) -> bool:
    return any(section[part] for part in ("paragraphs", "facts", "amounts", "after"))


def _parties(contract: ContractDocument) -> list[tuple[str, str]]:
    language = contract.language
    rows = _party_rows(language, operator=contract.operator, customer=contract.customer)
    if contract.user is not None:
        rows.append((text("document.party.user", language), _party(contract.user)))
    return rows


def _party_rows(language: Language, **parties: Party) -> list[tuple[str, str]]:
    return [(text(f"document.party.{role}", language), _party(of)) for role, of in parties.items()]


def _party(party: Party) -> str:
    return ", ".join((f"{party.name} ({party.code})", *party.contacts))


def _services(contract: ContractDocument) -> list[tuple[str, str]]:
    language = contract.language
    product = (text("document.product", language), contract.product_name[language])
    return [product, *(_service(each, language) for each in contract.services), *contract.chosen]


def _service(service: ContractService, language: Language) -> tuple[str, str]:
    return service.name, service.number or text("document.service.no_number", language)


def _prices(contract: ContractDocument) -> Data:
    language = contract.language
    rows = [
        [
            text(f"document.price.{each.period}", language, name=each.name),
            money_text(each.net, language),
        ]
        for each in contract.prices
    ]
    for period in PricePeriod:
        if any(each.period is period for each in contract.prices):
            total = text(f"document.total.{period}", language, rate=_rate(contract.vat_rate))
            rows.append([total, money_text(contract.gross(period), language)])
    header = [text("document.price", language), text("document.price.amount", language)]
    return _section("document.prices", language, amounts={"header": header, "rows": rows})


def _rate(rate: Decimal) -> str:
    return format(rate.normalize(), "f")


def _duration(contract: ContractDocument) -> list[str]:
    language = contract.language
    return [
        _start(contract.starts_on, language),
        _end(contract.ends_on, contract.lasts_years, language),
        _commitment(contract.committed_months, language),
    ]


def _agreement(contract: ContractDocument) -> str:
    if contract.is_signed:
        return text("document.terms.signed", contract.language)
    return text("document.terms.confirmed", contract.language)


def _start(starts_on: date | None, language: Language) -> str:
    if starts_on is None:
        return text("document.starts.set_up", language)
    return text("document.starts", language, day=day_text(starts_on, language))


def _end(ends_on: date | None, lasts_years: int | None, language: Language) -> str:
    if ends_on is not None:
        return text("document.ends", language, day=day_text(ends_on, language))
    if lasts_years is not None:
        return text("document.lasts", language, years=lasts_years)
    return text("document.open_ended", language)


def _commitment(months: int, language: Language) -> str:
    if months == 0:
        return text("document.not_committed", language)
    return text("document.committed", language, months=months)
