"""GET /v1/accounts/{id}/invoices and /v1/invoices/{id}, with its lines and its document."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from activities.adapters.billing.invoices import PDF
from api.access.account_access import note_use
from api.billing.invoice_schemas import Invoice, InvoicePage, invoice_of, page_of
from api.billing.line_schemas import InvoiceLinePage, lines_of
from api.billing.viewer import RESPONSES, Reader, sights_of
from api.http import pagination, problems
from api.http.dependencies import Billing, EngineDep, Uses
from api.http.routes import GuardedRoute
from domain.billing.invoices import Settlement
from services.billing import invoices

router = APIRouter(prefix="/v1", tags=["billing"], route_class=GuardedRoute)

Place = tuple[date, UUID]
_PAGES = problems.together(pagination.RESPONSES, RESPONSES)
_CACHING = b"private, no-store"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The invoice, byte for byte as billing made it.",
        "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class InvoicesState(StrEnum):
    """The invoices to list."""

    OPEN = "open"
    """Something is left to be paid."""
    PAID = "paid"
    ALL = "all"
    """Credit notes too."""


_SETTLEMENTS = {
    InvoicesState.OPEN: Settlement.OPEN,
    InvoicesState.PAID: Settlement.PAID,
    InvoicesState.ALL: None,
}


@router.get("/accounts/{account_id}/invoices", operation_id="listInvoices", responses=_PAGES)
async def list_invoices(
    account_id: UUID,
    admitted: Reader,
    engine: EngineDep,
    billing: Billing,
    *,
    uses: Uses,
    page: pagination.Asked,
    state: InvoicesState = InvoicesState.ALL,
) -> InvoicePage:
    """List the invoices of an account, the newest first.

    Requires `invoice:view` on the account; for staff too. Anyone else gets 404. To others than
    staff the list begins where the account got its present owner.
    """
    name = f"invoices-{state}"
    known = await invoices.list_invoices(
        engine,
        billing,
        account_id,
        sights_of(admitted),
        settlement=_SETTLEMENTS[state],
        before=page.place(name, Place),
        limit=page.limit + 1,
    )
    note_use(uses, admitted, account_id)
    shown, following = page.cut(
        name, known.value.invoices, lambda each: (each.stored.invoice.issued_on, each.stored.id)
    )
    return page_of(known, shown, following)


@router.get("/invoices/{invoice_id}", operation_id="getInvoice", responses=RESPONSES)
async def get_invoice(
    invoice_id: UUID, admitted: Reader, engine: EngineDep, billing: Billing, uses: Uses
) -> Invoice:
    """Return an invoice.

    Requires `invoice:view` on its account; for staff too. Anyone else gets 404.
    """
    known = await invoices.read_invoice(engine, billing, invoice_id, sights_of(admitted))
    note_use(uses, admitted, known.value.stored.account_id)
    return invoice_of(known)


@router.get("/invoices/{invoice_id}/lines", operation_id="listInvoiceLines", responses=_PAGES)
async def list_invoice_lines(
    invoice_id: UUID,
    admitted: Reader,
    engine: EngineDep,
    billing: Billing,
    *,
    uses: Uses,
    page: pagination.Asked,
) -> InvoiceLinePage:
    """List the lines of an invoice, in billing's order.

    Requires `invoice:view` on its account; for staff too. Anyone else gets 404. Whoever
    sees an invoice sees the numbers of the services that it is for.
    """
    name = f"invoice-lines-{invoice_id}"
    first = page.place(name, pagination.Number) or 0
    known = await invoices.read_lines(engine, billing, invoice_id, sights_of(admitted))
    note_use(uses, admitted, known.value.account_id)
    lines = [*enumerate(known.value.lines, 1)][first : first + page.limit + 1]
    shown, following = page.cut(name, lines, lambda each: each[0])
    return lines_of(known, shown, following)


@router.get(
    "/invoices/{invoice_id}/document",
    operation_id="getInvoiceDocument",
    response_class=Response,
    responses=_BYTES | RESPONSES,
)
async def get_invoice_document(
    request: Request,
    invoice_id: UUID,
    admitted: Reader,
    engine: EngineDep,
    billing: Billing,
    *,
    uses: Uses,
) -> Response:
    """Return the PDF of an invoice, as billing made it.

    Requires `invoice:view` on its account; for staff too. Anyone else gets 404, as for an invoice
    without a document. It is read from billing each time: 503 where billing does not answer.
    """
    found = await invoices.read_document(engine, billing, invoice_id, sights_of(admitted))
    note_use(uses, admitted, found.account_id)
    request.state.cache_control = _CACHING
    headers = {
        "Content-Disposition": f'inline; filename="invoice-{invoice_id}.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(found.content, media_type=PDF, headers=headers)
