"""Pay an invoice: the person is handed to the bank, and comes back to the page of the payment."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.http.security_headers import content_policy
from web.parts import origin_of
from web.selfservice.account import ACCOUNT, OfAccount
from web.selfservice.invoices import invoice_page
from web.selfservice.visit import SelfserviceVisit

router = APIRouter()
_TO_MEND = {400, 403, 409, 422}


@router.post(f"{ACCOUNT}/invoices/{{invoice_id}}/pay")
async def pay(visit: OfAccount, invoice_id: UUID) -> Response:
    """Begin a payment, or find the one that is open, and lead to the bank."""
    form = await visit.sent()
    try:
        path = f"/v1/invoices/{invoice_id}/payments"
        payment = await visit.api.post(path, {"bank": form["bank"]}, key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await invoice_page(visit, invoice_id, form.refused(problem), status=422)
    return visit.go(f"/payments/{payment['id']}" + ("/bank" if payment["action"] else ""))


@router.get("/payments/{payment_id}/bank")
async def hand_over(visit: SelfserviceVisit, payment_id: UUID) -> Response:
    """Hand the person to the bank: by a form that sends itself, or has a button without scripts.

    A form of this page may go to that bank, and of no other page to any.
    """
    payment = await visit.api.get(f"/v1/payments/{payment_id}")
    action: Json | None = payment["action"]
    if action is None:  # the bank has answered meanwhile
        return visit.go(f"/payments/{payment_id}")
    page = visit.page("selfservice/to_bank.html", payment=payment, action=action)
    targets = [*visit.parts.form_targets, origin_of(action["url"])]
    page.headers["Content-Security-Policy"] = content_policy(targets)
    return page
