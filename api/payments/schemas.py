"""Payments as callers see them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from api.billing.schemas import Money
from api.http.schemas import Reason, RequestModel, ResponseModel
from domain.numbers.sms_texts import Language
from domain.payments import reasons
from domain.payments.orders import PostForm, Redirect
from domain.payments.states import PaymentState
from services.payments.views import ShownPayment

BANK_NAME = "^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$"


class Bank(ResponseModel):
    """A bank at which invoices are paid."""

    id: str = Field(
        examples=["lhv"],
        description="Id of the bank, to name where a payment is started.",
    )
    name: str = Field(description="By which people know it.")


class BankList(ResponseModel):
    """The banks at which invoices are paid, in the operator's order."""

    items: list[Bank]


class _Action(ResponseModel):
    # Always sent: a client tells the two apart by it.
    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class RedirectAction(_Action):
    """Send the payer's browser there."""

    kind: Literal["redirect"] = Field(
        "redirect",
        description="The browser is to be sent to the bank.",
    )
    url: str


class FormAction(_Action):
    """Let the payer's browser post these fields there, within five minutes."""

    kind: Literal["form"] = Field(
        "form",
        description="A form is to be posted to the bank.",
    )
    url: str
    fields: dict[str, str] = Field(
        description="Fields of the form, by name: to be sent as they are."
    )
    charset: str = Field(description="`accept-charset` of the form: the signature is over it.")


Action = Annotated[RedirectAction | FormAction, Field(discriminator="kind")]


class Payment(ResponseModel):
    """A payment of an invoice."""

    id: UUID
    account_id: UUID
    invoice_id: UUID
    invoice_number: str
    bank: Bank = Field(description="The bank at which it is paid.")
    state: PaymentState = Field(
        description="`accepted`: the bank says that it is paid, the money is on its way;"
        " `settled`: the money has come; `unknown`: the bank has not said anything, and its"
        " statement will tell; `mismatch`: the operator looks at it. May grow."
    )
    amount: Money
    created_at: datetime
    started_by: str | None = Field(
        description="Name. Null: nobody started it here, or it is not for you to see who did."
    )
    is_mine: bool = Field(description="You started it.")
    action: Action | None = Field(
        description="How the payer gets to the bank. Null: there is nothing to do there, or not"
        " for you."
    )
    reason: Reason | None = Field(description="Why it is in its state. Null: that says it all.")
    unapplied: Money | None = Field(
        description="What was too much: billing returns it. Null: nothing, or not known yet."
    )
    settled_at: datetime | None
    booked_at: datetime | None = Field(
        description="When billing booked it. Null: it has not, yet or at all."
    )
    may_cancel: bool

    @classmethod
    def of(cls, shown: ShownPayment) -> Self:
        payment = shown.payment
        reason = None if payment.reason is None else reasons.BY_CODE.get(payment.reason)
        unapplied = payment.unapplied
        return cls(
            id=payment.id,
            account_id=payment.account_id,
            invoice_id=payment.invoice_id,
            invoice_number=payment.invoice_number,
            bank=Bank(id=payment.bank, name=shown.bank_title),
            state=payment.state,
            amount=Money.of(payment.amount),
            created_at=payment.created_at,
            started_by=shown.started_by,
            is_mine=shown.is_mine,
            action=action_of(shown.action),
            reason=None if reason is None else Reason.of(reason),
            unapplied=Money.of(unapplied) if unapplied is not None and unapplied else None,
            settled_at=payment.settled_at,
            booked_at=payment.billed_at,
            may_cancel=shown.may_cancel,
        )


def action_of(action: Redirect | PostForm | None) -> RedirectAction | FormAction | None:
    """Return the payer's way to the bank; None for None."""
    match action:
        case Redirect(url):
            return RedirectAction(url=url)
        case PostForm(url, fields, charset):
            return FormAction(url=url, fields=fields, charset=charset)
    return None


class PaymentPage(ResponseModel):
    """A page of payments, the newest first."""

    items: list[Payment]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class PaymentInput(RequestModel):
    """The bank at which an invoice is to be paid."""

    bank: str = Field(pattern=BANK_NAME, max_length=30, description="One of `GET /v1/banks`.")
    language: Language | None = Field(
        None, description="Of the bank's page. Null: that of the request."
    )
