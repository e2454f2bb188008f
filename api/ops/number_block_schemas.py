"""Models of blocks of number verification."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.http.schemas import Erasable, NamedActor, Reason, ReasonInput, ResponseModel
from domain.numbers.blocks import BlockKind
from services.numbers.blocks import Block

_LONGEST = 90 * 24


class NumberBlockInput(ReasonInput):
    """A number, or those that differ in its last four digits, to block for a time, and why."""

    number: str = Field(
        min_length=3,
        max_length=30,
        description="As people write it; without a country code: a number of Estonia.",
    )
    kind: BlockKind = Field(
        BlockKind.NUMBER,
        description="`prefix`: all numbers that differ from this one in the last four digits.",
    )
    hours: int = Field(
        24,
        ge=1,
        le=_LONGEST,
        description="For how many hours.",
    )


class NumberBlock(ResponseModel):
    """A number, prefix, person or program that gets no codes now."""

    id: str = Field(description="Names it in URLs: a digest of its subject.")
    kind: str = Field(description="What is blocked, or the limit that is used up.")
    subject: str = Field(description="The number, the prefix, or the id of the person or program.")
    reason: Reason = Field(description="Why no codes are sent.")
    since: datetime | None = Field(description="Null: a limit that is used up.")
    blocked_by: NamedActor | None = Field(description="Null: a limit that is used up.")
    note: Erasable = Field(
        description="What the member of staff wrote who blocked it. Null: none did, or it is"
        " erased."
    )
    until: datetime = Field(description="When the next code may be sent.")

    @classmethod
    def of(cls, id_: str, found: Block) -> Self:
        opening = found.opening
        return cls(
            id=id_,
            kind=found.kind,
            subject=found.subject,
            reason=Reason.of(found.reason),
            since=opening.at if opening else None,
            blocked_by=NamedActor.of(opening.by) if opening else None,
            note=opening.note if opening else None,
            until=found.until,
        )


class NumberBlockPage(ResponseModel):
    """A page of blocks."""

    items: list[NumberBlock]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class BlockedNumber(ResponseModel):
    """A block that was opened. Its number is known to whoever asked, and is kept nowhere else."""

    id: str = Field(description="Names the block in URLs: a digest of its subject.")
    kind: BlockKind
    until: datetime = Field(description="When the next code may be sent.")


class LiftedBlock(ResponseModel):
    """A block that was lifted."""

    id: str = Field(description="Names the block in URLs: a digest of its subject.")
    kind: str = Field(description="What was blocked.")
