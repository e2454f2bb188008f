"""Models of approvals: the act, who confirmed it, who is missing, until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Erasable, Reason, RequestModel, ResponseModel, SingleLine
from domain.approvals.acts import ActKind
from domain.approvals.states import ApprovalState, DeclineReason, WaitsBecause
from domain.numbers.sms_texts import Language
from services.approvals.reads import Shown
from storage.approvals.approval_queries import ApprovalView, Confirmed, Declined, Party

LONGEST_MESSAGE = 500


class ApprovalParty(ResponseModel):
    """A person who takes part, as the register names them to those they act with."""

    id: UUID
    name: Erasable = Field(description="Null: unknown or erased, or this answers a POST.")

    @classmethod
    def of(cls, party: Party) -> Self:
        return cls(id=party.id, name=party.name or None)


class ApprovalConfirmation(ResponseModel):
    """A confirmation that stands."""

    person: ApprovalParty = Field(description="The person who confirmed.")
    confirmed_at: datetime
    counted: bool = Field(description="Whether it is one of those by which it was carried out.")

    @classmethod
    def of(cls, confirmed: Confirmed) -> Self:
        person = ApprovalParty.of(confirmed.by)
        return cls(person=person, confirmed_at=confirmed.at, counted=confirmed.counted)


class ApprovalDecline(ResponseModel):
    """Who declined, and why."""

    person: ApprovalParty = Field(description="The person who declined.")
    reason: DeclineReason = Field(description="Why they declined.")
    message: Erasable = Field(description="Null: there is none, or this answers a POST or staff.")

    @classmethod
    def of(cls, declined: Declined) -> Self:
        person = ApprovalParty.of(declined.by)
        return cls(person=person, reason=declined.reason, message=declined.message or None)


class ActText(ResponseModel):
    """The act in words: what whoever confirms is to read."""

    text: Erasable = Field(
        description="Null: this answers a POST or staff, or its receiver is forgotten."
    )
    language: Language = Field(description="Language of `text`.")
    template_version: int = Field(
        description="Version of the text: who confirms names the version that they read."
    )


class Approval(ResponseModel):
    """One act that several people confirm before it is carried out."""

    id: UUID
    kind: ActKind = Field(description="What kind of act it is about.")
    state: ApprovalState
    waits_because: WaitsBecause | None = Field(description="Null: nothing holds it up.")
    account_id: UUID = Field(description="Id of the account that the act is about.")
    account_name: str
    subject_id: UUID = Field(
        description="What the act is about: a version of a delegation, an access request, an"
        " order, a contract."
    )
    act: dict[str, Any] = Field(
        description="The act: ids, codes and dates. It never changes. `receiver_id` of a new"
        " delegation is left out until they have accepted, except for staff."
    )
    digest: str = Field(description="SHA-256 of the whole act in canonical JSON (RFC 8785).")
    shown: ActText = Field(description="What whoever confirms is to read.")
    proposer: ApprovalParty
    confirmed: list[ApprovalConfirmation] = Field(description="The first to confirm first.")
    missing: list[list[ApprovalParty]] = Field(
        description="Each: those whose confirmations would be enough, by the register state of now."
    )
    cannot_be_filled: Reason | None = Field(
        description="Why, as the register is now, nobody can confirm it here."
    )
    created_at: datetime
    lapses_at: datetime = Field(description="From then on it cannot be confirmed.")
    register_asked_at: datetime | None = Field(description="When the register answered last.")
    ended_at: datetime | None
    ended_reason: Reason | None
    declined: ApprovalDecline | None = Field(description="Who declined, and why. Null: nobody has.")

    @classmethod
    def of(cls, found: Shown, shown: ActText) -> Self:
        view, stored = found.view, found.view.stored
        unfillable = found.cannot_be_filled
        return cls(
            id=stored.id,
            kind=stored.kind,
            state=stored.state,
            waits_because=stored.waits_because if stored.is_open else None,
            account_id=stored.account_id,
            account_name=view.account_name,
            subject_id=stored.subject_id,
            act=dict(found.act),
            digest=stored.digest,
            shown=shown,
            proposer=ApprovalParty.of(view.proposer),
            confirmed=[ApprovalConfirmation.of(each) for each in view.confirmed],
            missing=[[ApprovalParty.of(each) for each in option] for option in found.missing],
            cannot_be_filled=Reason.of(unfillable) if unfillable else None,
            **_ending(view),
        )


def _ending(view: ApprovalView) -> dict[str, Any]:
    return {
        "created_at": view.stored.created_at,
        "lapses_at": view.stored.lapses_at,
        "register_asked_at": view.register_asked_at,
        "ended_at": view.ended_at,
        "ended_reason": Reason.of(view.ended_reason) if view.ended_reason else None,
        "declined": ApprovalDecline.of(view.declined) if view.declined else None,
    }


class ApprovalPage(ResponseModel):
    """A page of approvals."""

    items: list[Approval]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")

    @classmethod
    def of(cls, items: Sequence[Approval], following: str | None) -> Self:
        return cls(items=list(items), next=following)


class ConfirmInput(RequestModel):
    """What the person was shown, and confirms."""

    digest: str = Field(pattern="^[0-9a-f]{64}$", description="`digest` of the approval.")
    template_version: int = Field(ge=1, le=1000, description="`shown.template_version`.")
    language: Language = Field(description="`shown.language`.")


class DeclineInput(RequestModel):
    """Why somebody declines."""

    reason: DeclineReason = Field(description="Why it is declined.")
    message: SingleLine = Field("", max_length=LONGEST_MESSAGE, description="To the others.")
