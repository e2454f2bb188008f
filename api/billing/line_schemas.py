"""Lines of an invoice, as callers see them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import Field

from api.billing.invoice_schemas import InvoicePeriod
from api.billing.schemas import AsOf, IsComplete, MaybeStale, Money, Stale, percent
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import ResponseModel
from domain.accounts import ServiceLabel as Label
from domain.billing.invoices import Line, LineKind
from domain.billing.snapshots import Known
from services.billing.shown_invoices import ShownLines


class InvoiceLine(ResponseModel):
    """A line of an invoice."""

    id: str = Field(description="Of this line in its invoice.")
    text: str = Field(description="In billing's words.")
    kind: LineKind
    service_id: UUID | None = Field(description="Null: it is about the whole account.")
    service: ServiceLabel | None = Field(
        description="Null: there is none, or the account does not have it any more."
    )
    net: Money | None = Field(description="Without VAT. Null: billing does not say.")
    gross: Money | None = Field(description="With VAT. Null: billing does not say.")
    vat_rate: str | None = Field(
        description="In percent. Null: billing names none, or several.", examples=["24"]
    )
    period: InvoicePeriod | None = Field(
        description="The days that the line is about. Null: no certain days."
    )


class InvoiceLinePage(ResponseModel):
    """A page of lines, in billing's order."""

    as_of: AsOf
    stale: MaybeStale
    is_complete: IsComplete
    items: list[InvoiceLine]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def lines_of(
    known: Known[ShownLines], lines: Sequence[tuple[int, Line]], following: str | None
) -> InvoiceLinePage:
    """Make a page of these lines, each with its place among all."""
    labels = known.value.labels
    return InvoiceLinePage(
        items=[InvoiceLine(**_line(place, each, labels)) for place, each in lines],
        next=following,
        is_complete=known.value.is_whole,
        as_of=known.read_at,
        stale=Stale.of(known.stale),
    )


def _line(place: int, line: Line, labels: Mapping[UUID, Label]) -> dict[str, Any]:
    id_ = line.service_id
    return {
        "id": str(place),
        "text": line.text,
        "kind": line.kind,
        "service_id": id_,
        "service": ServiceLabel.of(None if id_ is None else labels.get(id_)),
        "net": Money.of_any(line.net),
        "gross": Money.of_any(line.gross),
        "vat_rate": None if line.vat_rate is None else percent(line.vat_rate),
        "period": InvoicePeriod.of(line.period),
    }
