"""Invoices of an account: a list, the open ones first, and each with its lines and its PDF."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import Json
from web.forms import Form
from web.queries import Cursor, Words
from web.selfservice.account import ACCOUNT, AccountVisit, OfAccount
from web.selfservice.billing import or_none

router = APIRouter(prefix=f"{ACCOUNT}/invoices")
_SHOWN = 25
_LINES = 50
STATES = ("open", "paid", "all")
_KEPT = ("content-disposition", "content-language", "content-type", "etag")
_NOTHING: Json = {"items": []}


@router.get("")
async def invoices(visit: OfAccount, state: Words = "open", after: Cursor = None) -> Response:
    """List the invoices, the newest first, with what is owed in all."""
    state = state if state in STATES else "open"
    found, balance = await asyncio.gather(
        visit.api.get(f"{visit.api_path}/invoices", state=state, after=after, limit=_SHOWN),
        or_none(visit.api.get(f"{visit.api_path}/balance")),
    )
    return visit.page("selfservice/invoices.html", found=found, balance=balance, state=state)


@router.get("/{invoice_id}")
async def one(visit: OfAccount, invoice_id: UUID, after: Cursor = None) -> Response:
    """Show one invoice, a page of its lines, and how it was and can be paid."""
    return await invoice_page(visit, invoice_id, await visit.form(), after=after)


async def invoice_page(
    visit: AccountVisit, invoice_id: UUID, form: Form, *, status: int = 200, after: Cursor = None
) -> Response:
    """Return the page of an invoice; the form on it says which bank."""
    path = f"/v1/invoices/{invoice_id}"
    invoice, lines, payments, banks = await asyncio.gather(
        visit.api.get(path),
        or_none(visit.api.get(f"{path}/lines", after=after, limit=_LINES)),
        or_none(visit.api.get(f"{path}/payments")),
        or_none(visit.api.get("/v1/banks")),
    )
    visit.require_own(invoice)
    about: Json = {
        "invoice": invoice,
        "lines": lines,
        "payments": (payments or _NOTHING)["items"],
        "banks": (banks or _NOTHING)["items"],
        "form": form,
    }
    return visit.page("selfservice/invoice.html", status=status, **about)


@router.get("/{invoice_id}/document")
async def document(visit: OfAccount, invoice_id: UUID) -> Response:
    """Download the invoice as the operator's billing made it."""
    found = await visit.api.file(f"/v1/invoices/{invoice_id}/document")
    headers = {name: found.headers[name] for name in _KEPT if name in found.headers}
    return Response(found.content, headers=headers)
