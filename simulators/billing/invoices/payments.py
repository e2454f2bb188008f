"""Payments and refunds, each made once for its key."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulators.billing.invoices.invoices import Invoice, Invoices
from simulators.billing.refusals import Refused, not_booked

ZERO = Decimal(0)
T = TypeVar("T")


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Amount(_Form):
    unit: Literal["EUR"]
    value: Decimal = Field(gt=0, le=1_000_000, decimal_places=2)


class AccountRef(_Form):
    id: UUID


class Method(_Form):
    type: Literal["bankTransfer"] = Field(alias="@type")


class Bill(_Form):
    id: str = Field(max_length=100)
    type: Literal["customerBill"] = Field("customerBill", alias="@referredType")


class Item(_Form):
    item: Bill
    amount: Amount


class PaymentForm(_Form):
    """Money that came by bank, and the invoices that it is for."""

    correlator_id: Annotated[str, Field(alias="correlatorId", min_length=1, max_length=200)]
    account: AccountRef
    method: Method = Field(alias="paymentMethod")
    total: Amount = Field(alias="totalAmount")
    items: list[Item] = Field([], alias="paymentItem", max_length=100)
    paid_on: str = Field(alias="paymentDate", max_length=40)
    bank_reference: str | None = Field(None, alias="bankReference", max_length=100)


class PaymentRef(_Form):
    correlator_id: str = Field(alias="correlatorId", max_length=200)


class RefundForm(_Form):
    """What the bank took back of a payment."""

    correlator_id: Annotated[str, Field(alias="correlatorId", min_length=1, max_length=200)]
    payment: PaymentRef
    total: Amount = Field(alias="totalAmount")


@dataclass(slots=True, eq=False)
class Payment:
    """A payment that is booked. ``parts``: what each invoice got; ``rest``: what was too much."""

    id: str
    at: int
    form: PaymentForm
    parts: dict[str, Decimal]
    rest: Decimal
    is_refunded: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund that is booked."""

    id: str
    at: int
    form: RefundForm


class Payments:
    """All of them, and what is left to pay."""

    def __init__(self, invoices: Invoices) -> None:
        self._invoices = invoices
        self.payments: dict[str, Payment] = {}
        self.refunds: dict[str, Refund] = {}

    def left(self, invoice: Invoice) -> Decimal:
        """Return what is left to pay of an invoice."""
        if invoice.was_paid or invoice.is_credit:
            return ZERO
        return invoice.gross - sum((each.parts[invoice.id] for each in self.of(invoice)), ZERO)

    def of(self, invoice: Invoice) -> list[Payment]:
        """Return the payments of which an invoice has a part."""
        found = self.payments.values()
        return [each for each in found if each.parts.get(invoice.id) and not each.is_refunded]

    def pay(self, form: PaymentForm, now: int) -> Payment:
        """Book a payment, once for its key. Raises Refused."""
        if known := self.payments.get(form.correlator_id):
            return _same(known, known.form == form)
        if sum((each.amount.value for each in form.items), ZERO) > form.total.value:
            raise Refused(400, "invalid_body", "paymentItem: more than totalAmount")
        parts: dict[str, Decimal] = {}
        for item in form.items:
            invoice = self._invoices.get(item.item.id, now)
            if invoice is None or invoice.account != form.account.id:
                raise not_booked("bill_unknown", "There is no such invoice of the account.")
            left = self.left(invoice) - parts.get(invoice.id, ZERO)
            got = min(item.amount.value, max(left, ZERO))
            parts[invoice.id] = parts.get(invoice.id, ZERO) + got
        rest = form.total.value - sum(parts.values(), ZERO)
        made = Payment(str(uuid4()), now, form, parts, rest)
        self.payments[form.correlator_id] = made
        return made

    def refund(self, form: RefundForm, now: int) -> Refund:
        """Take a payment back from its invoices, once. Raises Refused."""
        if known := self.refunds.get(form.correlator_id):
            return _same(known, known.form == form)
        payment = self.payments.get(form.payment.correlator_id)
        if payment is None:
            raise not_booked("payment_unknown", "There is no such payment.")
        if any(each.form.payment == form.payment for each in self.refunds.values()):
            raise not_booked("payment_refunded", "The payment was refunded.")
        if form.total != payment.form.total:
            raise not_booked("amount_wrong", "The payment had another amount.")
        payment.is_refunded = True
        made = Refund(str(uuid4()), now, form)
        self.refunds[form.correlator_id] = made
        return made

    def forget(self) -> None:
        self.payments.clear()
        self.refunds.clear()


F = TypeVar("F", PaymentForm, RefundForm)


def read(kind: type[F], body: bytes, key: str) -> F:
    """Return the payment or refund that a body tells of. Raises Refused."""
    try:
        form = kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        raise Refused(400, "invalid_body", f"{where}: {first['type']}") from None
    if form.correlator_id != key:
        raise Refused(400, "key_missing", "The Idempotency-Key is to be the correlatorId.")
    return form


def _same(known: T, same: bool) -> T:
    if not same:
        raise Refused(422, "key_reused", "Something else came under this key.")
    return known
