"""A payment: what has become of it. The bank leads back to this page."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from web.api_client import ApiProblem, Json
from web.forms import Form
from web.notices import Done
from web.selfservice.account import shown_account
from web.selfservice.visit import SelfserviceVisit
from web.visit import Visit

router = APIRouter()
_PAYMENT = "/payments/{payment_id}"
_SECONDS = {"created": 5, "sent": 5, "authorising": 5, "accepted": 15, "unknown": 60}
_SECONDS |= {"waiting_second_signer": 60}
"""Seconds until the page asks again, by the states that change without the reader."""
_TO_MEND = {409, 422}


@router.get("/payments/unread")  # before those with an id
async def unread(visit: SelfserviceVisit) -> Response:
    """Say that what the bank sent could not be read, and where to look instead."""
    return visit.page("selfservice/unread_payment.html")


@router.get(_PAYMENT)
async def one(visit: SelfserviceVisit, payment_id: UUID) -> Response:
    """Show it; while something is on its way, the page asks again."""
    return await _page(visit, payment_id, await visit.form())


async def _page(
    visit: Visit, payment_id: UUID, form: Form, *, status: int = 200, error: str = ""
) -> Response:
    payment = await visit.api.get(f"/v1/payments/{payment_id}")
    seconds = _SECONDS.get(payment["state"])
    about: Json = {"payment": payment, "seconds": seconds, "form": form, "error": error}
    account = await shown_account(visit, payment["account_id"])
    if visit.is_part and not error:
        return account.part("selfservice/payment.html", "progress", **about)
    account.around.refresh = seconds
    return account.page("selfservice/payment.html", status=status, **about)


@router.get(f"{_PAYMENT}/cancel")
async def ask_to_cancel(visit: SelfserviceVisit, payment_id: UUID) -> Response:
    """Ask whether it is to be cancelled; who may not is led to its page."""
    payment = await visit.api.get(f"/v1/payments/{payment_id}")
    if not payment["may_cancel"]:
        return visit.go(f"/payments/{payment_id}")
    about: Json = {"payment": payment, "form": await visit.form()}
    if visit.is_part:
        return visit.part("selfservice/cancel_payment.html", "main", **about)
    await shown_account(visit, payment["account_id"])
    return visit.page("selfservice/cancel_payment.html", **about)


@router.post(f"{_PAYMENT}/cancel")
async def cancel(visit: SelfserviceVisit, payment_id: UUID) -> Response:
    """Cancel it: the invoice can be paid anew."""
    form = await visit.sent()
    try:
        await visit.api.post(f"/v1/payments/{payment_id}/cancel", key=form.id)
    except ApiProblem as problem:
        if problem.status not in _TO_MEND:
            raise
        return await _page(visit, payment_id, form, status=422, error=problem.text)
    return visit.go(f"/payments/{payment_id}", Done("page.done.payment_cancelled"))
