"""POST /v1/banks/{bank}/return: where banks send payers back, and their own notices."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.auth.authorization import Allow
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.routes import GuardedRoute
from api.payments.payer import PayingDep
from api.payments.schemas import BANK_NAME
from services.payments.returns import take_return

router = APIRouter(prefix="/v1/banks", tags=["payments"], route_class=GuardedRoute)


class SignedByBank(Allow):
    """Lets in what anybody brings: the bank's signature in the body is what counts."""

    async def __call__(self, request: Request) -> bytes:  # type: ignore[override] # no caller
        return await request.body()

    def description(self) -> str:
        """Describe for people who may call."""
        return "**Who may call:** anybody; the bank's signature in the form is the proof."

    def security(self) -> list[dict[str, list[str]]]:
        """Return the requirements as OpenAPI's security requirements."""
        return [{}]


BY_BANK = SignedByBank()
_ANSWERS = problems.together(
    {
        200: {"description": "To the bank's server, or to a browser where there is no portal."},
        303: {"description": "To a browser: the page of the payment."},
    },
    problems.documented("not_found", "signature_refused"),
)


@router.post("/{bank}/return", operation_id="takeBankReturn", responses=_ANSWERS)
async def take_bank_return(
    bank: Annotated[str, Path(pattern=BANK_NAME, max_length=30)],
    raw: Annotated[bytes, Depends(BY_BANK)],
    request: Request,
    engine: EngineDep,
    paying: PayingDep,
) -> Response:
    """Take the bank's word about a payment, as its form brings it.

    What the bank's server posts (`VK_AUTO=Y`) is answered 200, a browser is sent on to the page of
    the payment. Only a signed word counts, it must fit what was sent, and the same again changes
    nothing.
    """
    content_type = request.headers.get("content-type", "")
    told = await take_return(engine, paying, bank, raw, content_type)
    page = None if told.from_server else paying.page(told.payment_id)
    if page is None:
        return Response("OK", media_type="text/plain")
    return Response(status_code=303, headers={"Location": page})
