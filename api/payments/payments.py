"""/v1/invoices/{id}/payments and /v1/payments/{id}: pay an invoice, and see how it goes."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from api.delegations.requester import Acting
from api.http import idempotency, pagination, problems
from api.http.dependencies import Billing, EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.payments.payer import PayingDep, ViewerDep, viewer_of
from api.payments.schemas import Bank, BankList, Payment, PaymentInput, PaymentPage
from services.payments import views
from services.payments.cancel import cancel
from services.payments.start import WantedPayment, start

router = APIRouter(prefix="/v1", tags=["payments"], route_class=GuardedRoute)

Place = tuple[datetime, UUID]
_STARTED = problems.together(
    idempotency.RESPONSES,
    problems.documented(
        *("bank_unknown", "billing_unavailable", "invoice_not_payable", "not_found"),
        *("not_permitted", "payment_open"),
    ),
)
_CANCELLED = problems.together(
    idempotency.RESPONSES,
    problems.documented("not_found", "not_permitted", "payment_not_cancellable"),
)
_SEEN = problems.documented("not_found")


@router.get("/banks", operation_id="listBanks")
async def list_banks(_viewer: ViewerDep, paying: PayingDep) -> BankList:
    """List the banks at which invoices are paid. Empty: none is set up."""
    titles = paying.titles if paying.api_url else {}
    return BankList(items=[Bank(id=id_, name=name) for id_, name in titles.items()])


@router.post(
    "/invoices/{invoice_id}/payments",
    operation_id="startPayment",
    status_code=201,
    response_model=Payment,
    responses=problems.together({200: {"model": Payment}}, _STARTED),
)
async def start_payment(
    invoice_id: UUID,
    wanted: PaymentInput,
    who: Acting,
    billing: Billing,
    paying: PayingDep,
    *,
    once: OnceOnly,
) -> Response:
    """Pay what is left of an invoice at a bank: `action` says how the payer gets there.

    Requires `invoice:pay` on the account. What is left is asked of billing at this moment. One
    payment of an invoice is under way at a time: another click, of whomever, is answered 200 with
    that one, and with an `action` while nobody has paid. Where it is at another bank, it must be
    cancelled first: `payment_open`. Repeating the request itself gets the same answer.
    """

    async def carry_out(payment_id: UUID) -> Done:
        language = wanted.language or who.language
        asked = WantedPayment(payment_id, invoice_id, wanted.bank, language, who.person_id)
        viewer = viewer_of(who.admitted, who.person_id)
        started = await start(who.engine, billing, paying, asked, viewer, actor=who.actor)
        shown = Payment.of(started.shown)
        headers = {"Location": f"/v1/payments/{shown.id}"}
        return Done(201 if started.is_new else 200, shown.to_keep(), headers)

    return await once(who.admitted, carry_out, who.person_id)


@router.get(
    "/invoices/{invoice_id}/payments",
    operation_id="listPayments",
    responses=pagination.RESPONSES | problems.documented("not_found"),
)
async def list_payments(
    invoice_id: UUID,
    viewer: ViewerDep,
    engine: EngineDep,
    paying: PayingDep,
    billing: Billing,
    *,
    page: pagination.Asked,
) -> PaymentPage:
    """List the payments of an invoice that went through here, the newest first.

    Requires `invoice:view` on its account; for staff too. Anyone else gets 404.
    """
    name = f"payments-{invoice_id}"
    found = await views.list_payments(
        engine,
        billing,
        paying,
        invoice_id,
        viewer,
        before=page.place(name, Place),
        limit=page.limit + 1,
    )
    shown, following = page.cut(
        name, found, lambda each: (each.payment.created_at, each.payment.id)
    )
    return PaymentPage(items=[Payment.of(each) for each in shown], next=following)


@router.get("/payments/{payment_id}", operation_id="getPayment", responses=_SEEN)
async def get_payment(
    payment_id: UUID, viewer: ViewerDep, engine: EngineDep, paying: PayingDep
) -> Payment:
    """Return a payment.

    Requires `invoice:view` on its account; for staff too. Anyone else gets 404. To who may pay,
    `action` says how the payer gets to the bank, while nobody has paid: signed anew each time.
    """
    return Payment.of(await views.read_payment(engine, paying, payment_id, viewer))


@router.post(
    "/payments/{payment_id}/cancel",
    operation_id="cancelPayment",
    response_model=Payment,
    responses=_CANCELLED,
)
async def cancel_payment(
    payment_id: UUID, who: Acting, paying: PayingDep, once: OnceOnly
) -> Response:
    """Cancel a payment here, so that another can be started.

    Requires `invoice:pay` on its account. If it was paid at the bank all the same, that counts.
    """

    async def carry_out(_: UUID) -> Done:
        viewer = viewer_of(who.admitted, who.person_id)
        shown = await cancel(who.engine, paying, payment_id, viewer, actor=who.actor)
        return Done(200, Payment.of(shown).to_keep())

    return await once(who.admitted, carry_out, who.person_id)
