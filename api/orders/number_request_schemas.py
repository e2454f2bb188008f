"""Models of requests for numbers, as those see them who may let a number go."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.approvals.schemas import ActText
from api.http.grant_schemas import ServiceLabel
from api.http.schemas import Erasable, ResponseModel
from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.numbers.sms_texts import Language
from domain.orders.states import OrderState
from runtime.act_texts import act_text
from services.orders.number_request_reads import ShownNumberRequest


class NumberRequest(ResponseModel):
    """Somebody else's order that takes a number of the account, if its owner lets it go."""

    id: UUID = Field(description="That of the order.")
    account_id: UUID = Field(description="Id of the account whose number it is.")
    service: ServiceLabel | None = Field(description="Null: it has left the account.")
    number: Erasable = Field(description="Null: erased, or this answers a POST.")
    receiver: Erasable = Field(description="Who gets it. Null: erased, or this answers a POST.")
    state: OrderState = Field(description="Of the order.")
    asked_at: datetime
    confirm_by: datetime = Field(description="The order is cancelled if nobody has by then.")
    confirmed_at: datetime | None = Field(description="When the number was let go.")
    ended_at: datetime | None
    approval_id: UUID | None = Field(description="The approval, while several confirm it together.")
    digest: str | None = Field(
        description="SHA-256 of what is confirmed, in canonical JSON (RFC 8785). Null: it does not"
        " wait for that."
    )
    shown: ActText | None = Field(description="What whoever confirms is to read. Null as `digest`.")
    may_decline: bool

    @classmethod
    def of(cls, shown: ShownNumberRequest, language: Language) -> Self:
        request, act = shown.request, shown.to_confirm
        return cls(
            id=request.order_id,
            account_id=request.account_id,
            service=ServiceLabel.of(shown.service),
            number=request.number or None,
            receiver=shown.facts.receiver or None,
            state=request.state,
            asked_at=request.asked_at,
            confirm_by=request.confirm_by,
            confirmed_at=request.confirmed_at,
            ended_at=request.ended_at,
            approval_id=shown.approval_id,
            digest=None if act is None else act.digest(),
            shown=None if act is None else _text(shown, language),
            may_decline=shown.may_decline,
        )


class NumberRequestPage(ResponseModel):
    """A page of requests for numbers."""

    items: list[NumberRequest]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


def _text(shown: ShownNumberRequest, language: Language) -> ActText:
    kind = ActKind.NUMBER_GIVE
    version = templates.CURRENT[kind]
    said = act_text(kind, version, shown.facts, language)
    return ActText(text=said, language=language, template_version=version)
