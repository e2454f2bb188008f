"""Models of orders as people see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.approvals.schemas import ActText
from api.http.schemas import Erasable, ResponseModel
from api.orders.item_schemas import OrderItem, rejection_of
from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.catalogue.products import Confirmation
from domain.orders.states import OrderState
from domain.orders.waiting import OrderWait
from runtime.act_texts import act_text
from runtime.order_texts import OrderProgress, OrderTexts
from services.orders.reads import ShownOrder, ToConfirm


class OrderParty(ResponseModel):
    """The person who placed an order."""

    id: UUID
    name: Erasable = Field(
        description="Null: unknown or erased, the caller does not see who has access, or this"
        " answers a POST."
    )


class OrderConfirmation(ResponseModel):
    """The confirmation that an order needs."""

    need: Confirmation = Field(description="Whose confirmation it needs.")
    confirm_by: datetime | None = Field(description="It is cancelled if not everybody has by then.")
    confirmed_at: datetime | None
    giver_confirms: bool = Field(
        description="The owner of the number that it takes is to confirm it as well: asked once it"
        " is confirmed otherwise. True whether or not there is such a number."
    )
    giver_confirmed_at: datetime | None
    approval_id: UUID | None = Field(description="The approval, while several confirm it together.")
    digest: str | None = Field(
        description="SHA-256 of what is confirmed, in canonical JSON (RFC 8785). Null: the caller"
        " cannot confirm it, or it waits for no confirmation."
    )
    shown: ActText | None = Field(description="What whoever confirms is to read. Null as `digest`.")


class Order(ResponseModel):
    """An order, and how far it is."""

    id: UUID
    account_id: UUID
    state: OrderState
    description: str = Field(description="What the orderer says of it, in words; may be empty.")
    external_id: str | None
    ordered_by: OrderParty | None = Field(description="Null: the operator.")
    ordered_at: datetime
    requested_start_at: datetime | None
    requested_completion_at: datetime | None
    expected_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    waits_for: OrderWait | None
    progress: str = Field(description="How far it is, in words, in the language of the answer.")
    confirmation: OrderConfirmation | None = Field(description="Null: it needs none.")
    may_cancel: bool = Field(
        description="Whether the caller may ask to cancel it. Items past their point of no return"
        " are completed all the same."
    )
    items: list[OrderItem]

    @classmethod
    def of(cls, order: ShownOrder, account_id: UUID, texts: OrderTexts) -> Self:
        view = order.view
        return cls(
            id=view.id,
            account_id=account_id,
            state=view.state,
            description=view.description,
            external_id=view.external_id,
            ordered_by=None
            if view.person_id is None
            else OrderParty(id=view.person_id, name=order.orderer or None),
            ordered_at=view.ordered_at,
            requested_start_at=view.requested_start_at,
            requested_completion_at=view.requested_completion_at,
            expected_at=view.expected_at,
            began_at=view.began_at,
            ended_at=view.ended_at,
            waits_for=order.waits_for,
            progress=texts.order(_progress(order)),
            confirmation=_confirmation(order, texts),
            may_cancel=order.may_cancel,
            items=[OrderItem.of(each, texts) for each in order.items],
        )


class OrderPage(ResponseModel):
    """A page of orders."""

    items: list[Order]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def _progress(order: ShownOrder) -> OrderProgress:
    view = order.view
    rejections = filter(None, map(rejection_of, order.items))
    return OrderProgress(
        view.state,
        order.waits_for,
        sum(item.view.state is OrderState.COMPLETED for item in order.items),
        len(order.items),
        until=view.confirm_by,
        starts_at=view.requested_start_at,
        why=view.cancel_reason,
        rejection=next(rejections, None),
    )


def _confirmation(order: ShownOrder, texts: OrderTexts) -> OrderConfirmation | None:
    view, act = order.view, order.to_confirm
    if view.confirm is Confirmation.NOTHING and not view.giver_confirms:
        return None
    return OrderConfirmation(
        need=view.confirm,
        confirm_by=view.confirm_by,
        confirmed_at=view.confirmed_at,
        giver_confirms=view.giver_confirms,
        giver_confirmed_at=view.giver_confirmed_at,
        approval_id=order.approval_id,
        digest=None if act is None else act.act.digest(),
        shown=None if act is None else _act_text(act, texts),
    )


def _act_text(act: ToConfirm, texts: OrderTexts) -> ActText:
    version = templates.CURRENT[ActKind.ORDER_PLACE]
    said = act_text(ActKind.ORDER_PLACE, version, act.facts, texts.language)
    return ActText(text=said, language=texts.language, template_version=version)
