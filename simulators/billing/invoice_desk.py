"""Reads of invoices, their lines and documents, of balances and costs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from simulators.billing.books import Books
from simulators.billing.doorway import Doorway, Shown
from simulators.billing.invoices.document import document
from simulators.billing.invoices.invoices import Invoice, Invoices
from simulators.billing.invoices.lines import Line, lines
from simulators.billing.invoices.payments import Payments
from simulators.billing.invoices.views import bill_view, euros, line_view
from simulators.billing.ledgers import Ledger
from simulators.billing.months import Month, local, utc
from simulators.billing.queries import ACCOUNT, Query
from simulators.billing.refusals import Refused

_MOST = 1000
_ZERO = Decimal(0)


class InvoiceDesk:
    """Shows what accounts owe, and why."""

    def __init__(
        self, doorway: Doorway, books: Books, invoices: Invoices, payments: Payments
    ) -> None:
        self._doorway = doorway
        self._books = books
        self._invoices = invoices
        self._payments = payments

    async def bills(self, request: Request) -> Response:
        """Return a page of an account's invoices, the newest first."""
        query = Query(request)

        def make() -> Shown:
            ledger = self._doorway.ledger(query.account())
            found = self._invoices.of(ledger, self._doorway.now())
            shown = part(query, found)
            return listed(found, [bill_view(each, self._payments) for each in shown])

        return await self._doorway.answer(request, "invoices", query.about(ACCOUNT), make)

    async def bill(self, request: Request, bill_id: str) -> Response:
        def make() -> Shown:
            return Shown(bill_view(self._issued(bill_id), self._payments))

        return await self._doorway.answer(request, "invoices", [bill_id], make)

    async def document(self, request: Request, bill_id: str) -> Response:
        def make() -> Shown:
            return Shown(document(self._issued(bill_id)))

        return await self._doorway.answer(request, "document", [bill_id], make)

    async def rates(self, request: Request) -> Response:
        """Return a page of the lines of an invoice."""
        query = Query(request)

        def make() -> Shown:
            invoice = self._issued(query.text("bill.id"))
            numbered = list(enumerate(invoice.lines, 1))
            shown = part(query, numbered)
            return listed(numbered, [line_view(invoice, n, each) for n, each in shown])

        return await self._doorway.answer(request, "lines", query.about("bill.id"), make)

    async def balance(self, request: Request, account_id: str) -> Response:
        """Return what an account owes, and what of it is overdue."""
        query = Query(request, billed=account_id)

        def make() -> Shown:
            account, now = query.account(), self._doorway.now()
            found = self._invoices.of(self._doorway.ledger(account), now)
            left = [(each, self._payments.left(each)) for each in found]
            today = local(now).date()
            overdue = sum((rest for each, rest in left if each.month.due_on < today), _ZERO)
            owed = sum((rest for _, rest in left), _ZERO)
            told = {"amount": euros(owed), "overdue": euros(overdue)}
            return Shown({"id": f"balance-{account}", "asOf": utc(now), **told})

        return await self._doorway.answer(request, "balance", [account_id], make)

    async def costs(self, request: Request) -> Response:
        """Return what a month costs by service and kind: until it is invoiced, so far."""
        query = Query(request)

        def make() -> Shown:
            ledger, month = self._doorway.ledger(query.account()), query.month()
            now = self._doorway.now()
            found = self._of_month(ledger, month, now)
            body = {"asOf": utc(now), "isFinal": month.issued_at <= now, "rows": _rows(found)}
            return Shown(body)

        return await self._doorway.answer(request, "costs", query.about(ACCOUNT), make)

    def _of_month(self, ledger: Ledger, month: Month, now: int) -> Sequence[Line]:
        for each in self._invoices.of(ledger, now):
            if each.month == month and not each.is_credit:
                return each.lines
        begun = ledger.first <= month and month.start <= now
        return lines(ledger, self._books, month, now) if begun else []

    def _issued(self, bill_id: str) -> Invoice:
        found = self._invoices.get(bill_id, self._doorway.now())
        if found is None:
            raise Refused(404, "bill_unknown", "There is no such invoice.")
        return found


def part(query: Query, found: Sequence[Any]) -> Sequence[Any]:
    """Return the part of a list that ``offset`` and ``limit`` ask for."""
    offset = query.count("offset", 0, 0, 10**9)
    return found[offset : offset + query.count("limit", 100, 1, _MOST)]


def listed(found: Sequence[Any], views: list[dict[str, Any]]) -> Shown:
    """Show a part of a list, with both counts."""
    counts = {"X-Total-Count": str(len(found)), "X-Result-Count": str(len(views))}
    return Shown(views, counts)


def invoice_routes(desk: InvoiceDesk) -> APIRouter:
    """Return the routes, below the path of billing."""
    router = APIRouter(tags=["invoices"], default_response_class=Response)

    @router.get("/customerBill", description="?billingAccount.id=, the newest first")
    async def bills(request: Request) -> Response:
        return await desk.bills(request)

    @router.get("/customerBill/{bill_id}")
    async def bill(request: Request, bill_id: str) -> Response:
        return await desk.bill(request, bill_id)

    @router.get("/customerBill/{bill_id}/document", description="The PDF")
    async def document(request: Request, bill_id: str) -> Response:
        return await desk.document(request, bill_id)

    @router.get("/appliedCustomerBillingRate", description="?bill.id=")
    async def rates(request: Request) -> Response:
        return await desk.rates(request)

    @router.get("/billingAccount/{account_id}/balance")
    async def balance(request: Request, account_id: str) -> Response:
        return await desk.balance(request, account_id)

    @router.get("/costSummary", description="?billingAccount.id= and month=2026-11")
    async def costs(request: Request) -> Response:
        return await desk.costs(request)

    return router


def _rows(found: Sequence[Line]) -> list[dict[str, Any]]:
    sums: dict[tuple[str, str, int], list[Line]] = {}
    for each in found:
        sums.setdefault((each.service or "", each.kind, each.rate), []).append(each)
    return [
        {
            "service": service or None,
            "kind": kind,
            "taxExcludedAmount": euros(sum((each.net for each in group), _ZERO)),
            "taxIncludedAmount": euros(sum((each.gross for each in group), _ZERO)),
            "taxRate": rate,
        }
        for (service, kind, rate), group in sorted(sums.items())
    ]
