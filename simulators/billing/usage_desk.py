"""Reads of usage records, of what they add up to, and of credit limits."""

import base64
import binascii
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from simulators.billing.calls.records import Record, view
from simulators.billing.calls.summaries import summary
from simulators.billing.calls.usage import Wanted, page
from simulators.billing.doorway import Doorway, Shown
from simulators.billing.invoice_desk import listed, part
from simulators.billing.invoices.invoices import number_of
from simulators.billing.invoices.views import euros
from simulators.billing.ledgers import Ledger, Phone
from simulators.billing.limits import Change, Limits
from simulators.billing.months import utc
from simulators.billing.queries import ACCOUNT, Query
from simulators.billing.refusals import Refused

_MOST = 5000
_ZERO = Decimal(0)


class UsageDesk:
    """Shows what was used, and what may be spent."""

    def __init__(self, doorway: Doorway, limits: Limits) -> None:
        self._doorway = doorway
        self._limits = limits

    async def usage(self, request: Request) -> Response:
        """Return a page of usage records, in order."""
        query = Query(request)

        def make() -> Shown:
            ledger, now = self._doorway.ledger(query.account()), self._doorway.now()
            wanted = _wanted(query, now)
            found = page(ledger, wanted, query.count("limit", 1000, 1, _MOST))
            headers = {"X-As-Of": utc(wanted.as_of), "X-Result-Count": str(len(found.records))}
            if found.next is not None:
                headers["X-Next-Cursor"] = _cursor(found.next)
            return Shown([_view(ledger, each, wanted.as_of) for each in found.records], headers)

        place = "later" if query.about("after") else "first"
        about = [*query.about(ACCOUNT), *query.about("service"), place]
        return await self._doorway.answer(request, "usage", about, make)

    async def summary(self, request: Request) -> Response:
        """Return what a month adds up to, by service, kind, and perhaps day."""
        query = Query(request)

        def make() -> Shown:
            ledger = self._doorway.ledger(query.account())
            return Shown(_summary(query, ledger, self._doorway.now()))

        about = [*query.about(ACCOUNT), *query.about("service")]
        return await self._doorway.answer(request, "usage_summary", about, make)

    async def limit(self, request: Request, account_id: str) -> Response:
        """Return the limits of an account and its services, and what of them is used."""
        query = Query(request, billed=account_id)

        def make() -> Shown:
            ledger, now = self._doorway.ledger(query.account()), self._doorway.now()
            used = self._limits.used(ledger, now)
            body = {
                "asOf": utc(now),
                "amount": _maybe(ledger.form.credit_limit),
                "used": euros(sum(used.values(), _ZERO)),
                "services": [self._of(each, used.get(each.service)) for each in ledger.phones],
            }
            return Shown(body)

        return await self._doorway.answer(request, "credit_limit", [account_id], make)

    async def limit_history(self, request: Request, account_id: str) -> Response:
        query = Query(request, billed=account_id)

        def make() -> Shown:
            account = query.account()
            self._doorway.ledger(account)
            found = list(enumerate(self._limits.history(account)))
            shown = part(query, found)
            return listed(found, [_change(len(found) - n, each) for n, each in shown])

        return await self._doorway.answer(request, "credit_limit", [account_id], make)

    def _of(self, phone: Phone, used: Decimal | None) -> dict[str, Any]:
        limit = self._limits.of_service(phone.form.service, phone.form.credit_limit)
        return {"service": phone.service, "amount": _maybe(limit), "used": euros(used or _ZERO)}


def usage_routes(desk: UsageDesk) -> APIRouter:
    """Return the routes, below the path of billing."""
    router = APIRouter(tags=["usage"], default_response_class=Response)

    @router.get("/usage", description="Pages of up to 5000: X-As-Of, X-Next-Cursor")
    async def usage(request: Request) -> Response:
        return await desk.usage(request)

    @router.get("/usageSummary", description="?billingAccount.id=, month=2026-11, by=day|month")
    async def summary(request: Request) -> Response:
        return await desk.summary(request)

    @router.get("/billingAccount/{account_id}/creditLimit")
    async def limit(request: Request, account_id: str) -> Response:
        return await desk.limit(request, account_id)

    @router.get("/billingAccount/{account_id}/creditLimit/history")
    async def limit_history(request: Request, account_id: str) -> Response:
        return await desk.limit_history(request, account_id)

    return router


def _wanted(query: Query, now: int) -> Wanted:
    return Wanted(
        since=query.moment("usageDate.gte"),
        until=query.moment("usageDate.lt"),
        # A moment to come would show other records tomorrow.
        as_of=min(query.moment_or("asOf", now), now),
        services=query.several("service"),
        kinds=query.several("usageType"),
        directions=query.several("direction"),
        roaming=query.flag("roaming"),
        after=_after(query),
    )


def _view(ledger: Ledger, record: Record, as_of: int) -> dict[str, Any]:
    month = record.month
    is_billed = month.issued_at <= as_of
    return view(record, number_of(ledger.form.account, month) if is_billed else None)


def _cursor(after: tuple[int, str]) -> str:
    return base64.urlsafe_b64encode(f"{after[0]} {after[1]}".encode()).decode()


def _after(query: Query) -> tuple[int, str]:
    for given in query.several("after"):
        try:
            at, id_ = base64.urlsafe_b64decode(given).decode().split(" ")
            return int(at), id_
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise Refused(400, "invalid_query", "after: no cursor") from None
    return 0, ""


def _summary(query: Query, ledger: Ledger, now: int) -> dict[str, Any]:
    asked, month = query.several("service"), query.month()
    phones = [each for each in ledger.phones if not asked or each.service in asked]
    known = phones if ledger.first <= month else []
    as_one = query.several("sum") == {"services"}
    return summary(known, month, now, by_day=query.text("by") == "day", as_one=as_one)


def _change(number: int, change: Change) -> dict[str, Any]:
    return {
        "id": str(number),
        "at": utc(change.at),
        "service": change.service,
        "from": _maybe(change.before),
        "to": _maybe(change.after),
        "by": change.by,
        "reason": change.reason,
        **({} if change.key is None else {"key": change.key}),
    }


def _maybe(amount: Decimal | None) -> dict[str, Any] | None:
    return None if amount is None else euros(amount)
