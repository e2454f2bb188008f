"""/v1/banks/{bank}/return: where banks send payers back, and their own notices."""

from collections.abc import Awaitable
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import PlainTextResponse

from api.auth.authorization import Allow
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.routes import GuardedRoute
from api.payments.payer import PayingDep
from api.payments.schemas import BANK_NAME
from services.errors import NotFound, Refused
from services.payments.paying import Paying
from services.payments.returns import BankReturn, take_return

_FORM = "application/x-www-form-urlencoded"


class SignedByBank(Allow):
    """Lets in what anybody brings: the bank's signature in the form is what counts."""

    async def __call__(self, request: Request) -> bytes:  # type: ignore[override] # no caller
        return await request.body()

    def description(self) -> str:
        """Describe for people who may call."""
        return "**Who may call:** anybody; the bank's signature in the form is the proof."

    def security(self) -> list[dict[str, list[str]]]:
        """Return the requirements as OpenAPI's security requirements."""
        return [{}]


class SignedInAddress(SignedByBank):
    """Lets in the same where a browser brings the form in its address."""

    async def __call__(self, request: Request) -> bytes:  # type: ignore[override] # no caller
        query: bytes = request.scope["query_string"]
        return query


class AnyQuery(GuardedRoute):
    """Takes what parameters there are: the bank's form is in the address, and banks add to it."""

    async def _require_known(self, request: Request) -> None:
        """Refuse none."""


router = APIRouter(prefix="/v1/banks", tags=["payments"], route_class=GuardedRoute)
by_address = APIRouter(prefix="/v1/banks", tags=["payments"], route_class=AnyQuery)
BY_BANK, BY_ADDRESS = SignedByBank(), SignedInAddress()
BankName = Annotated[str, Path(pattern=BANK_NAME, max_length=30)]
_ANSWERS = problems.together(
    {
        200: {
            "description": "`OK`: to the bank's server, or to a browser where there is no portal."
        },
        303: {
            "description": "To a browser: the page of the payment, or the one that says that the"
            " bank's answer could not be read."
        },
    },
    problems.documented("not_found", "signature_refused"),
)


@router.post(
    "/{bank}/return",
    operation_id="takeBankReturn",
    response_class=PlainTextResponse,
    responses=_ANSWERS,
)
async def take_bank_return(
    bank: BankName,
    raw: Annotated[bytes, Depends(BY_BANK)],
    request: Request,
    engine: EngineDep,
    paying: PayingDep,
) -> Response:
    """Take the bank's word about a payment, as its form brings it.

    What the bank's server posts (`VK_AUTO=Y`) is answered 200, a browser is sent on to the page of
    the payment. Only a signed word counts, it must fit what was sent, and the same again changes
    nothing. What is no word of the bank is a problem to programs; a browser (`Accept: text/html`)
    is sent on to `/payments/unread` of the portal, since a person waits there.
    """
    content_type = request.headers.get("content-type", "")
    taken = take_return(engine, paying, bank, raw, content_type)
    return await _answered(taken, paying, request)


@by_address.get(
    "/{bank}/return",
    operation_id="takeBankReturnByAddress",
    response_class=PlainTextResponse,
    responses=_ANSWERS,
)
async def take_bank_return_by_address(
    bank: BankName,
    raw: Annotated[bytes, Depends(BY_ADDRESS)],
    request: Request,
    engine: EngineDep,
    paying: PayingDep,
) -> Response:
    """Take the same form where the bank has the browser bring it in the address.

    Answered as the one that is posted. A page that is loaded again without the form leads to where
    payments are looked at.
    """
    return await _answered(take_return(engine, paying, bank, raw, _FORM), paying, request)


async def _answered(taken: Awaitable[BankReturn], paying: Paying, request: Request) -> Response:
    try:
        told = await taken
    except (NotFound, Refused):
        unread = paying.unread_page()
        if unread is None or "text/html" not in request.headers.get("accept", ""):
            raise
        return _sent_on(unread)
    page = None if told.from_server else paying.page(told.payment_id, told.language)
    return Response("OK", media_type="text/plain") if page is None else _sent_on(page)


def _sent_on(page: str) -> Response:
    return Response(status_code=303, headers={"Location": page})
