"""``/_control``: ledgers, the clock, invoices on hold, and what was paid."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from simulators.billing.clock import Clock
from simulators.billing.invoices.invoices import Invoices
from simulators.billing.invoices.payments import Payments
from simulators.billing.ledgers import LedgerForm, Ledgers


class ClockForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    now: AwareDatetime = Field(description="Stands still until it is set or removed")


class HoldForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    on_hold: bool


class PaidView(BaseModel):
    """A payment that was booked. ``parts``: what each invoice got; ``rest``: sent back."""

    key: str
    account: UUID
    at: datetime
    total: Decimal
    parts: dict[str, Decimal]
    rest: Decimal
    bank_reference: str | None
    is_refunded: bool


def ledgers_control(
    ledgers: Ledgers, invoices: Invoices, payments: Payments, clock: Clock
) -> APIRouter:
    """``/ledgers``, ``/bills`` and ``/paid``. Async although nothing waits: one thread."""
    router = APIRouter(tags=["ledgers"])

    @router.get("/ledgers", description="Accounts with numbers")
    async def read_ledgers() -> list[LedgerForm]:
        return [each.form for each in ledgers.all()]

    @router.put("/ledgers", description="Sets one; its invoices and usage are made from it")
    async def put_ledger(form: LedgerForm) -> LedgerForm:
        ledgers.put(form, clock.now())
        return form

    @router.delete("/ledgers", status_code=204, description="Forgets all, and what was paid")
    async def forget_ledgers() -> None:
        ledgers.forget()
        payments.forget()

    @router.put("/bills/{bill_id}", status_code=204, description="Puts an invoice on hold, or not")
    async def hold(bill_id: str, form: HoldForm) -> None:
        invoice = invoices.get(bill_id, int(clock.now().timestamp()))
        if invoice is None:
            raise HTTPException(404)
        (invoice.ledger.on_hold.add if form.on_hold else invoice.ledger.on_hold.discard)(bill_id)

    @router.get("/paid", description="What was booked as paid, in order")
    async def read_paid() -> list[PaidView]:
        return [
            PaidView(
                key=each.form.correlator_id,
                account=each.form.account.id,
                at=datetime.fromtimestamp(each.at).astimezone(),
                total=each.form.total.value,
                parts=each.parts,
                rest=each.rest,
                bank_reference=each.form.bank_reference,
                is_refunded=each.is_refunded,
            )
            for each in payments.payments.values()
        ]

    return router


def clock_control(clock: Clock) -> APIRouter:
    """``/clock``."""
    router = APIRouter(tags=["clock"])

    @router.get("/clock")
    async def read_clock() -> ClockForm:
        return ClockForm(now=clock.now())

    @router.put("/clock", description="Before ledgers are set: their months are counted from it")
    async def set_clock(form: ClockForm) -> ClockForm:
        clock.fixed = form.now
        return form

    @router.delete("/clock", status_code=204, description="The machine's time again")
    async def real_clock() -> None:
        clock.fixed = None

    return router
