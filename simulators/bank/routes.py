"""Links, pages and statements over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from simulators.bank.bank import Banks, NotNow
from simulators.bank.camt import statement_xml
from simulators.bank.keys import OPERATOR
from simulators.bank.orders import OrderRefused, read_order
from simulators.bank.page import list_page, payment_page, refusal_page
from simulators.bank.payments import Payment
from simulators.bank.profiles import PROFILES, Profile
from simulators.bearer import Bearer
from simulators.faults import disturbed

_SHOWN = 100
_MOST_IDS = 100


def people_routes(banks: Banks) -> APIRouter:
    """Return the link and the pages of payments."""
    router = APIRouter(tags=["people"], default_response_class=HTMLResponse)

    @router.get("/")
    async def payments() -> HTMLResponse:
        return HTMLResponse(list_page(banks.payments.newest()[:_SHOWN]))

    @router.post("/{bank}/link", response_class=Response)
    async def link(bank: str, request: Request) -> Response:
        profile = _profile(bank)
        key = banks.keys.of(OPERATOR).public_key()
        try:
            now = banks.clock.told(banks.clock.now())
            order = read_order(await request.body(), profile, key, now)
        except OrderRefused as refused:
            return HTMLResponse(refusal_page(profile.title, str(refused)), 400)
        payment = banks.payments.opened(profile, order)
        if payment is None:
            why = "Its number was used for another payment."
            return HTMLResponse(refusal_page(profile.title, why), 400)
        return RedirectResponse(f"/{bank}/payments/{payment.id}", 303)

    @router.get("/{bank}/payments/{payment_id}")
    async def payment(bank: str, payment_id: str) -> HTMLResponse:
        found = _payment(banks, bank, payment_id)
        return HTMLResponse(payment_page(found, banks.back(found).notice))

    @router.post("/{bank}/payments/{payment_id}")
    async def press(bank: str, payment_id: str, press: Annotated[str, Form()]) -> HTMLResponse:
        found = _payment(banks, bank, payment_id)
        try:
            back = await banks.press(found, press)
        except NotNow:  # pressed twice, or in two windows
            back = banks.back(found)
        return HTMLResponse(payment_page(found, back.notice))

    return router


def statement_routes(banks: Banks, client: Bearer) -> APIRouter:
    """Return the list of statements and each of them, for ``client`` only."""
    router = APIRouter(tags=["statements"], default_response_class=Response)

    async def answered(request: Request, answer: Response) -> Response:
        if not client.sent(request):
            return JSONResponse({"code": "unauthenticated"}, 401)
        fault = banks.faults.take("statements")
        if fault is not None and fault.kind == "unreadable":
            return Response(b"<Document>", media_type="application/xml")

        async def make() -> Response:
            return answer

        return await disturbed(request, fault, make)

    @router.get("/{bank}/statements", description="Ids after this one, oldest first")
    async def statements(bank: str, request: Request, after: str | None = None) -> Response:
        newer = banks.ledger.newer(_profile(bank), after)
        if newer is None:
            return await answered(request, JSONResponse({"code": "statement_unknown"}, 404))
        return await answered(request, JSONResponse(newer[:_MOST_IDS]))

    @router.get("/{bank}/statements/{statement_id}", description="camt.053")
    async def statement(bank: str, statement_id: str, request: Request) -> Response:
        found = banks.ledger.statement(_profile(bank), statement_id)
        if found is None:
            return await answered(request, JSONResponse({"code": "statement_unknown"}, 404))
        xml = Response(statement_xml(found), media_type="application/xml")
        return await answered(request, xml)

    return router


def _profile(bank: str) -> Profile:
    if bank not in PROFILES:
        raise HTTPException(404, f"banks: {', '.join(PROFILES)}")
    return PROFILES[bank]


def _payment(banks: Banks, bank: str, payment_id: str) -> Payment:
    found = banks.payments.of(payment_id)
    if found is None or found.bank is not _profile(bank):
        raise HTTPException(404, "there is no such payment")
    return found
