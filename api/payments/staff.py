"""Routes of staff: payments that need a decision, and the decisions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.payments.schemas import BANK_NAME
from api.payments.staff_schemas import (
    BankEntry,
    OpsPayment,
    OpsPaymentDetails,
    OpsPaymentPage,
    PaymentDecisionInput,
)
from domain.payments.states import PaymentState
from domain.payments.words import Attention
from services.payments import staff
from storage.payments import entry_queries, payment_queries
from storage.payments import rows as payment_rows
from storage.payments.payment_queries import PaymentFilter, Place

router = APIRouter(prefix="/v1/ops", tags=["payments"], route_class=GuardedRoute)

Reader = Annotated[Authorized, Depends(Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS)))]
Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]
BankName = Annotated[str | None, Query(pattern=BANK_NAME, max_length=30)]


def _which(
    *,
    all_: Annotated[bool, Query(alias="all", description="Also those that need none.")] = False,
    attention: Attention | None = None,
    state: PaymentState | None = None,
    bank: BankName = None,
    account_id: UUID | None = None,
) -> PaymentFilter:
    return PaymentFilter(not all_, attention, state, bank, account_id)


Which = Annotated[PaymentFilter, Depends(_which)]


@router.get("/payments", operation_id="listOpsPayments", responses=pagination.RESPONSES)
def list_ops_payments(
    _admitted: Reader, database: Store, page: pagination.Asked, which: Which
) -> OpsPaymentPage:
    """List payments that need a decision, the one that has waited longest first.

    With `all`, every payment, the newest first.
    """
    name = f"ops-payments-{which.needs_decision}"
    with database.reading() as connection:
        place = page.place(name, Place)
        found = payment_queries.page(connection, which, place=place, limit=page.limit + 1)
    shown, following = page.cut(name, found, lambda each: payment_queries.place_of(each, which))
    items = [OpsPayment.of(each, staff.decisions(each)) for each in shown]
    return OpsPaymentPage(items=items, next=following)


@router.get(
    "/payments/{payment_id}",
    operation_id="getOpsPayment",
    responses=problems.documented("not_found"),
)
def get_ops_payment(payment_id: UUID, _admitted: Reader, database: Store) -> OpsPaymentDetails:
    """Return a payment, with the entries of statements that are its."""
    with database.reading() as connection:
        found = payment_rows.read(connection, payment_id)
        if found is None:
            raise Problem("not_found")
        entries = entry_queries.of_payment(connection, payment_id)
        differs = payment_queries.differs(connection, payment_id)
    shown = OpsPaymentDetails.of(found, staff.decisions(found))
    more = {"entries": [BankEntry.of(each) for each in entries], "differs": differs}
    return shown.model_copy(update=more)


@router.post(
    "/payments/{payment_id}/decisions",
    operation_id="decidePayment",
    response_model=OpsPayment,
    responses=problems.together(
        idempotency.RESPONSES, problems.documented("not_found", "payment_not_decidable")
    ),
)
async def decide_payment(
    payment_id: UUID,
    wanted: PaymentDecisionInput,
    admitted: Operator,
    database: Store,
    once: OnceOnly,
) -> Response:
    """Decide about a payment. What is taken as paid is booked at billing."""

    async def decide(_: UUID) -> Done:
        found = await run_in_threadpool(
            staff.decide,
            database,
            payment_id,
            wanted.decision,
            actor=admitted.actor,
            note=wanted.reason,
        )
        return Done(200, OpsPayment.of(found, staff.decisions(found)).to_keep())

    return await once(admitted, decide)
