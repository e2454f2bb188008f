"""What the confirmation of a contract's end says: its last facts as sentences and amounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.accounts import ServiceKind
from domain.contracts.end_policy import EndRule
from domain.documents.contract_document import (
    ContractService,
    Party,
    Provider,
    TerminationDocument,
)
from domain.numbers.sms_texts import Language
from runtime.document_texts import money_text
from runtime.offered_contracts import CURRENCY, CurrencyNotShown
from runtime.texts import text


@dataclass(frozen=True, slots=True)
class ContractOver:
    """A contract that has ended, and its customer."""

    id: UUID
    language: Language
    product_name: str
    customer: Party
    set_on: date
    """The day on which its end was set."""
    ended_on: date
    services: Sequence[tuple[ServiceKind, str, str | None]]
    """Kind, name and number of each."""
    cost: Sequence[Mapping[str, Any]]
    """``domain.contracts.end_preview.cost_line`` of each."""
    is_cost_known: bool
    """False: the operator's systems know what the end costs."""
    number_kept_until: date | None


def confirmation_of(over: ContractOver, provider: Provider) -> TerminationDocument:
    """Return what the document says; the same for the same facts. Raises CurrencyNotShown."""
    language = over.language
    return TerminationDocument(
        number=str(over.id),
        language=language,
        dated=over.ended_on,
        product_name=over.product_name,
        operator=provider.party,
        customer=over.customer,
        requested_on=over.set_on,
        ends_on=over.ended_on,
        ending_services=tuple(
            ContractService(name or text(f"state.service_kind.{kind}", language), number)
            for kind, name, number in over.services
        ),
        costs=tuple(_costs(over)),
        number_kept_until=over.number_kept_until,
    )


def _costs(over: ContractOver) -> Iterator[str]:
    for line in over.cost:
        if line["currency"] != CURRENCY:
            raise CurrencyNotShown(line["currency"])
        what = text(f"document.termination.cost.{EndRule(line['rule'])}", over.language)
        amount = money_text(Decimal(abs(line["cents"])) / 100, over.language)
        vat = "with_vat" if line["is_vat_included"] else "without_vat"
        yield text(f"document.termination.cost.{vat}", over.language, what=what, amount=amount)
    if not over.is_cost_known:
        yield text("document.termination.cost.unknown", over.language)
