"""Models of bulk retries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool

from api.http.schemas import Erasable, NamedActor, ReasonInput, ResponseModel
from api.ops.filters import StuckFilter
from api.ops.schemas import ListedStuckItem
from api.ops.step_schemas import StuckItemReason
from api.requests.operations import OperationProgress
from api.requests.results import BulkRetryResult
from domain.operations import OperationState
from domain.ops import bulk_retries
from domain.ops.bulk_retries import RetryOutcome, RetryResult
from domain.ops.stuck_reasons import StuckReason
from services.ops import bulk_retry
from storage.ops import bulk_retry_queries

Count = Annotated[int, Field(ge=0)]


class BulkRetryInput(ReasonInput):
    """Items to retry, the reason, and the rate."""

    filter: StuckFilter = Field(StuckFilter(), description="Empty: every stuck item.")
    dry_run: StrictBool = Field(True, description="Answer with what would happen; change nothing.")
    rate: float | None = Field(
        None,
        gt=0,
        le=200,
        strict=True,
        description="Items a second; default: the setting `bulk_retry_rate`.",
    )


class BulkRetryCounts(ResponseModel):
    """Preview of a bulk retry, in numbers of items."""

    total: Count = Field(description="Items that match.")
    would_retry: Count
    in_doubt: Count = Field(description="They may have happened: never retried in bulk.")
    refused: Count = Field(
        description="They cannot be retried (a broken process, a paused target), or a decision"
        " about them is being carried out."
    )


class BulkRetryGroup(BulkRetryCounts):
    """Items with the same target and reason."""

    target: str | None = Field(
        description="Name of the outside system. Null: the items are of none."
    )
    reason: StuckReason = Field(description="Why the items are stuck.")
    oldest: datetime = Field(description="Since when the oldest is stuck.")

    @classmethod
    def of(cls, group: bulk_retry_queries.PreviewGroup) -> Self:
        return cls(
            target=group.target,
            reason=group.code,
            oldest=group.oldest,
            total=group.total,
            would_retry=group.would_retry,
            in_doubt=group.in_doubt,
            refused=group.refused,
        )


class BulkRetryPreview(BulkRetryCounts):
    """Preview of a bulk retry. Nothing was changed."""

    text: str = Field(description="The counts for people.")
    everything: bool = Field(description="No filter was given: every stuck item matches.")
    groups: list[BulkRetryGroup] = Field(description="The largest comes first.")
    samples: list[ListedStuckItem] = Field(
        description="The first of the items that match, in the order of retrying: 10 at most."
        " `GET /v1/ops/stuck` with the same filter lists all of them."
    )

    @classmethod
    def of(cls, preview: bulk_retry.Preview) -> Self:
        return cls(
            text=preview.sentence(),
            everything=preview.everything,
            groups=[BulkRetryGroup.of(group) for group in preview.groups],
            samples=[ListedStuckItem.about(*each) for each in preview.samples],
            total=preview.total,
            would_retry=preview.would_retry,
            in_doubt=preview.in_doubt,
            refused=preview.refused,
        )


class BulkRetryOutcomes(ResponseModel):
    """What became of the items that a bulk retry retried, in numbers, as they are now."""

    healed: Count = Field(description="They succeeded.")
    stuck_again: Count = Field(
        description="They failed again, or are in doubt now, and need a decision."
    )
    under_way: Count = Field(description="Their processes have not carried the retry out yet.")
    ended: Count = Field(
        description="Neither: somebody decided otherwise since, or their processes have ended."
    )

    @classmethod
    def of(cls, counted: Mapping[RetryOutcome, int]) -> Self:
        return cls(**{str(outcome): number for outcome, number in counted.items()})


class BulkRetry(ResponseModel):
    """A bulk retry: how far it is, and what became of what it retried."""

    id: UUID = Field(description="Id of its operation.")
    state: OperationState = Field(description="State of its operation.")
    progress: OperationProgress = Field(description="Items that were reached, and all.")
    result: BulkRetryResult | None = Field(
        description="Number of items by result. Null: it has not ended."
    )
    outcomes: BulkRetryOutcomes = Field(
        description="What became of the retried items; it changes after the bulk retry has ended."
    )
    requested_by: NamedActor = Field(description="Who started it.")
    note: Erasable = Field(description="Why, in words of who started it. Null: it is erased.")
    rate: float | None = Field(description="Items a second. Null: as the setting says.")
    created_at: datetime = Field(description="When it was started.")
    updated_at: datetime = Field(description="When it last went on, or ended.")

    @classmethod
    def of(cls, retry: bulk_retries.BulkRetry, counted: Mapping[RetryOutcome, int]) -> Self:
        return cls(
            id=retry.id,
            state=retry.state,
            progress=OperationProgress(done=retry.done, total=retry.total),
            result=BulkRetryResult(**retry.counts) if retry.counts else None,
            outcomes=BulkRetryOutcomes.of(counted),
            requested_by=NamedActor.of(retry.requested.by),
            note=retry.requested.note,
            rate=retry.requested.rate,
            created_at=retry.created_at,
            updated_at=retry.updated_at,
        )


class BulkRetryItem(ResponseModel):
    """One item of a bulk retry."""

    position: int = Field(description="In the order of retrying: the longest stuck comes first.")
    stuck_id: UUID
    version: int = Field(description="The item's, when the bulk retry was requested.")
    result: RetryResult | None = Field(description="Null: not reached.")
    at: datetime | None = Field(
        description="When it was retried, or refused. Null: it was not reached."
    )
    action: str | None = Field(description="Of its step; null: it is no step.")
    target: str | None
    reason: StuckItemReason | None = Field(
        description="Why it is or was stuck, as it is now. Null: the item is gone."
    )
    outcome: RetryOutcome | None = Field(
        description="What became of it, as it is now: `healed`, `stuck_again`, `under_way`, or"
        " `ended` otherwise. Null: it was not retried."
    )

    @classmethod
    def of(cls, item: bulk_retry_queries.BulkRetryItem) -> Self:
        same = cls.model_fields.keys() - {"reason"}
        values = {name: getattr(item, name) for name in same}
        return cls(reason=item.cause and StuckItemReason.of(item.cause), **values)


class BulkRetryItemPage(ResponseModel):
    """A page of items of a bulk retry."""

    items: list[BulkRetryItem]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
