"""Payments and refunds over HTTP: each booked once for its key, and asked for by it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from simulators.billing.doorway import Doorway, Shown
from simulators.billing.invoices.payments import PaymentForm, Payments, RefundForm, read
from simulators.billing.invoices.views import payment_view, refund_view
from simulators.billing.queries import Query
from simulators.subjects import values_of

_KEY = "correlatorId"


class PaymentDesk:
    """Takes payments and refunds."""

    def __init__(self, doorway: Doorway, payments: Payments) -> None:
        self._doorway = doorway
        self._payments = payments

    async def pay(self, request: Request) -> Response:
        """Book a payment, or show the one of this key."""

        def make(body: bytes, key: str) -> dict[str, Any]:
            form = read(PaymentForm, body, key)
            self._doorway.ledger(form.account.id)
            return payment_view(self._payments.pay(form, self._doorway.now()))

        return await self._taken(request, "payment", make)

    async def refund(self, request: Request) -> Response:
        """Book a refund, or show the one of this key."""

        def make(body: bytes, key: str) -> dict[str, Any]:
            form = read(RefundForm, body, key)
            return refund_view(self._payments.refund(form, self._doorway.now()))

        return await self._taken(request, "refund", make)

    async def payments(self, request: Request) -> Response:
        """Return the payment of a key, in a list: it has one, or none."""
        query = Query(request)

        def make() -> Shown:
            found = self._payments.payments.get(query.text(_KEY))
            return Shown([] if found is None else [payment_view(found)])

        return await self._doorway.answer(request, "payment_question", query.about(_KEY), make)

    async def refunds(self, request: Request) -> Response:
        """Return the refund of a key, in a list: it has one, or none."""
        query = Query(request)

        def make() -> Shown:
            found = self._payments.refunds.get(query.text(_KEY))
            return Shown([] if found is None else [refund_view(found)])

        return await self._doorway.answer(request, "payment_question", query.about(_KEY), make)

    async def _taken(
        self, request: Request, source: str, make: Callable[[bytes, str], dict[str, Any]]
    ) -> Response:
        body, key = await request.body(), request.headers.get("idempotency-key", "")
        about = [key, *await values_of(request, _KEY)]
        return await self._doorway.answer(
            request, source, about, lambda: Shown(make(body, key), status=201)
        )


def payment_routes(desk: PaymentDesk) -> APIRouter:
    """Return the routes, below the path of billing."""
    router = APIRouter(tags=["payments"], default_response_class=Response)

    @router.post("/payment", description="The Idempotency-Key is the correlatorId")
    async def pay(request: Request) -> Response:
        return await desk.pay(request)

    @router.get("/payment", description="?correlatorId=: one or none")
    async def payments(request: Request) -> Response:
        return await desk.payments(request)

    @router.post("/refund", description="The Idempotency-Key is the correlatorId")
    async def refund(request: Request) -> Response:
        return await desk.refund(request)

    @router.get("/refund", description="?correlatorId=: one or none")
    async def refunds(request: Request) -> Response:
        return await desk.refunds(request)

    return router
