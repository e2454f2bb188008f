"""Reads of an invoice's lines (TMF678 ``appliedCustomerBillingRate``)."""

from collections.abc import Sequence
from uuid import UUID

from activities.adapters.billing.reads import BillingReads, Listed
from activities.adapters.billing.wire import (
    Wire,
    WireCharacteristic,
    WireMoney,
    WirePeriod,
    WireTax,
    id_of,
    money_of,
    percent_of,
    period_of,
    text_of,
)
from domain.billing.invoices import Line, LineKind

_LINES = "/appliedCustomerBillingRate"
_KINDS: dict[object, LineKind] = {each.value: each for each in LineKind}


class _WireLine(Wire):
    id: str
    name: str | None = None
    description: str | None = None
    period_coverage: WirePeriod | None = None
    tax_excluded_amount: WireMoney | None = None
    tax_included_amount: WireMoney | None = None
    applied_tax: Sequence[WireTax] = ()
    characteristic: Sequence[WireCharacteristic] = ()


def lines(reads: BillingReads, id_: str, offset: int, limit: int) -> Listed[Line]:
    """Read a page of an invoice's lines, in billing's order. Raises NotDone."""
    query = {"bill.id": id_, "offset": str(offset), "limit": str(limit)}
    first = offset == 0
    return reads.many(_LINES, _WireLine, lambda line: _line(line, reads), query, is_first=first)


def _line(line: _WireLine, reads: BillingReads) -> Line:
    said = {each.name: each.value for each in line.characteristic}
    rates = {each.tax_rate for each in line.applied_tax if each.tax_rate is not None}
    return Line(
        id=id_of(line.id),
        text=text_of(line.name or line.description),
        kind=_kind(said.get("kind")),
        service_id=_service(said.get("service")),
        net=money_of(line.tax_excluded_amount),
        gross=money_of(line.tax_included_amount),
        vat_rate=percent_of(rates.pop()) if len(rates) == 1 else None,
        period=period_of(line.period_coverage, reads.zone),
    )


def _kind(told: object) -> LineKind:
    return _KINDS.get(told, LineKind.OTHER) if isinstance(told, str) else LineKind.OTHER


def _service(told: object) -> UUID | None:
    try:
        return UUID(told) if isinstance(told, str) else None
    except ValueError:
        return None
