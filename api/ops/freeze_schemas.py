"""Models of freezes."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from api.http.schemas import Erasable, NamedActor, Reason, ReasonInput, ResponseModel
from domain.access import suspensions
from domain.access.suspensions import FreezeAct, FreezeReason, acts_on
from domain.audit import Actor


class FreezeInput(ReasonInput):
    """A person or an account to freeze, and why."""

    person_id: UUID | None = Field(None, description="This or `account_id`, not both.")
    account_id: UUID | None = Field(
        None,
        description="This or `person_id`, not both.",
    )
    code: FreezeReason = Field(description="Why, as a code.")

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.person_id is None) == (self.account_id is None):
            raise ValueError("names either a person or an account")
        return self


class FreezeState(StrEnum):
    """Which freezes are listed."""

    OPEN = "open"
    ALL = "all"


class Freeze(ResponseModel):
    """A freeze of a person or an account: no access to it is in force until it is lifted."""

    id: UUID
    person_id: UUID | None = Field(description="Null: an account is frozen.")
    account_id: UUID | None = Field(description="Null: a person is frozen.")
    person_name: Erasable = Field(
        description="Empty: nobody named them. Null: an account is frozen, or this answers a POST."
    )
    account_reference: str | None = Field(description="Its customer number, as `account_id`.")
    account_name: Erasable = Field(description="Null: a person is frozen, or this answers a POST.")
    reason: Reason = Field(description="Why it was frozen.")
    since: datetime
    frozen_by: NamedActor
    note: Erasable = Field(
        description="What the operator wrote who froze. Null: it is erased, or this answers a POST."
    )
    lift_requested_by: NamedActor | None = Field(
        description="Who asked to lift it; another member of staff lifts it. Null: nobody asked."
    )
    lift_requested_at: datetime | None
    lift_note: Erasable = Field(
        description="What they wrote. Null: nobody asked, it is erased, or this answers a POST."
    )
    lifted_by: NamedActor | None
    lifted_at: datetime | None = Field(description="Null: it is in force.")
    may: list[FreezeAct] = Field(
        description="What you may do about it now, where your role may. Lifting takes another"
        " member of staff than the one who asked for it."
    )

    @classmethod
    def of(cls, found: suspensions.Freeze, caller: Actor) -> Self:
        """Show a freeze to this member of staff."""
        asked_by, lifted_by = found.lift_requested_by, found.lifted_by
        return cls(
            id=found.id,
            person_id=found.subject.person_id,
            account_id=found.subject.account_id,
            person_name=found.person_name,
            account_reference=found.account_reference,
            account_name=found.account_name,
            reason=Reason.of(found.reason),
            since=found.begun_at,
            frozen_by=NamedActor.of(found.begun_by),
            note=found.note,
            lift_requested_by=NamedActor.of(asked_by) if asked_by else None,
            lift_requested_at=found.lift_requested_at,
            lift_note=found.lift_note,
            lifted_by=NamedActor.of(lifted_by) if lifted_by else None,
            lifted_at=found.lifted_at,
            may=acts_on(found, caller),
        )


class FreezePage(ResponseModel):
    """A page of freezes."""

    items: list[Freeze]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
