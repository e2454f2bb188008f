"""``/_control``: payments and their notices, buttons, money of its own accord, the clock."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from simulators.bank.bank import Banks, NotNow
from simulators.bank.notices import Notice
from simulators.bank.payments import Payer, Payment, Sent
from simulators.bank.profiles import PROFILES

_LONGEST = 3650 * 86_400


class BackView(BaseModel):
    """What the payer's browser would post."""

    url: str
    fields: dict[str, str]
    charset: str

    @classmethod
    def of(cls, notice: Notice) -> "BackView":
        return cls(url=notice.url, fields=notice.fields, charset=notice.charset)


class PaymentView(BaseModel):
    id: str
    bank: str
    state: str
    stamp: str
    amount: str
    reference: str
    message: str
    opened_at: datetime
    done_at: datetime | None
    sent: list[Sent] = Field(description="Notices of the bank's server")
    is_booked: bool
    back: BackView | None = Field(None, description="Answer of a button: what the browser brings")


class TransferForm(BaseModel):
    """Money that somebody pays without a link."""

    model_config = ConfigDict(extra="forbid")

    bank: Literal["kuusk", "tamm"] = "kuusk"
    amount: Decimal = Field(gt=0, decimal_places=2)
    reference: str | None = None
    message: str = ""
    payer_name: str = "Mart Mets"
    payer_account: str = "EE471000001020145685"


class TransferView(BaseModel):
    id: str
    number: str = Field(description="AcctSvcrRef in the statement")


class ClockForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ahead: float = Field(0, ge=0, le=_LONGEST, description="Seconds; never back")


def payments_control(banks: Banks) -> APIRouter:
    """``/payments``. Async although nothing waits: they run in one thread."""
    router = APIRouter(tags=["payments"])

    @router.get("/payments", description="Newest first")
    async def read_payments() -> list[PaymentView]:
        return [_view(banks, each) for each in banks.payments.newest()]

    @router.get("/payments/{payment_id}")
    async def read_payment(payment_id: str) -> PaymentView:
        return _view(banks, _found(banks, payment_id))

    @router.post("/payments/{payment_id}/return", description="The bank takes the money back")
    async def take_back(payment_id: str) -> PaymentView:
        payment = _found(banks, payment_id)
        if not banks.take_back(payment.id):
            raise HTTPException(409, "it never came, or was taken back")
        return _view(banks, payment)

    @router.post("/payments/{payment_id}/{button}", description="As on the page")
    async def press(
        payment_id: str, button: Literal["pay", "cancel", "leave", "sign", "refuse"]
    ) -> PaymentView:
        payment = _found(banks, payment_id)
        try:
            back = await banks.press(payment, button)
        except NotNow:
            raise HTTPException(409, f"it is {payment.state}") from None
        return _view(banks, payment, back.notice)

    @router.delete("/payments", status_code=204, description="And lines, and statements")
    async def forget() -> None:
        banks.forget()

    return router


def money_control(banks: Banks) -> APIRouter:
    """``/transfers``, ``/statements`` and ``/clock``."""
    router = APIRouter(tags=["money"])

    @router.post("/transfers", status_code=201)
    async def transfer(form: TransferForm) -> TransferView:
        payer = Payer(form.payer_name, form.payer_account)
        bank = PROFILES[form.bank]
        line = banks.transfer(bank, form.amount, form.reference, payer, form.message)
        return TransferView(id=line.transfer, number=line.number)

    @router.post("/transfers/{transfer}/return", status_code=204)
    async def take_transfer_back(transfer: str) -> None:
        if not banks.take_back(transfer):
            raise HTTPException(409, "it never came, or was taken back")

    @router.get("/clock")
    async def read_clock() -> ClockForm:
        return ClockForm(ahead=banks.clock.ahead.total_seconds())

    @router.put("/clock", description="What is due by then is done")
    async def set_clock(form: ClockForm) -> ClockForm:
        ahead = timedelta(seconds=form.ahead)
        if ahead < banks.clock.ahead:
            raise HTTPException(409, "the clock goes forward only")
        banks.clock.ahead = ahead
        await banks.settle()
        return form

    @router.delete("/clock", status_code=204, description="As at the start; forget payments first")
    async def reset_clock() -> None:
        banks.clock.ahead = timedelta()

    return router


def _found(banks: Banks, payment_id: str) -> Payment:
    found = banks.payments.of(payment_id)
    if found is None:
        raise HTTPException(404, "there is no such payment")
    return found


def _view(banks: Banks, payment: Payment, back: Notice | None = None) -> PaymentView:
    order = payment.order
    return PaymentView(
        id=payment.id,
        bank=payment.bank.name,
        state=payment.state,
        stamp=order["VK_STAMP"],
        amount=order["VK_AMOUNT"],
        reference=order["VK_REF"],
        message=order["VK_MSG"],
        opened_at=payment.opened_at,
        done_at=payment.done_at,
        sent=payment.sent,
        is_booked=bool(banks.ledger.lines_of(payment.id)),
        back=None if back is None else BackView.of(back),
    )
