"""Models of bulk retries."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictBool

from api.http.schemas import ReasonInput, ResponseModel
from api.ops.filters import StuckFilter
from api.ops.schemas import ListedStuckItem
from api.ops.step_schemas import StuckItemReason
from domain.ops.bulk_retries import RetryResult
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

    @classmethod
    def of(cls, item: bulk_retry_queries.BulkRetryItem) -> Self:
        same = cls.model_fields.keys() - {"reason"}
        values = {name: getattr(item, name) for name in same}
        return cls(reason=item.cause and StuckItemReason.of(item.cause), **values)


class BulkRetryItemPage(ResponseModel):
    """A page of items of a bulk retry."""

    items: list[BulkRetryItem]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
