"""Models of counts of stuck items."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.ops.stuck_reasons import StuckKind, StuckReason
from storage.ops import stuck_queries


class StuckGroup(ResponseModel):
    """Items with the same target, reason and kind."""

    target: str | None
    reason: StuckReason = Field(description="Why the items are stuck.")
    kind: StuckKind
    count: int
    undecided: int = Field(description="Items among them that nobody has decided about.")
    oldest: datetime = Field(description="Since when the oldest is stuck.")

    @classmethod
    def of(cls, group: stuck_queries.StuckGroup) -> Self:
        return cls(
            target=group.target,
            reason=group.code,
            kind=group.kind,
            count=group.count,
            undecided=group.undecided,
            oldest=group.oldest,
        )


class StuckGroups(ResponseModel):
    """Counts of all stuck items; the largest group comes first."""

    items: list[StuckGroup]
