"""Shapes of rejected records in the API."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import ResponseModel
from domain.registry.sync import SyncSource
from storage.registry import rejected_record_queries


class RejectedRecord(ResponseModel):
    """A record that could not be used. It is tried again whenever its source is read."""

    id: UUID
    found_in: str = Field(
        description="The file, import or service that it came from: `ee-open-data`,"
        " `import:accounts`, `import:services`, `import:delegations`, `import:contracts`,"
        " `import:sizes`, `register` (a query's answer)."
    )
    key: str = Field(description="Finds it again: a registry code, a line number.")
    company_id: UUID | None
    company_code: str | None
    company_name: str | None
    code: str = Field(description="Why it could not be used.")
    detail: str = Field(description="What exactly is wrong, for people; may be empty.")
    occurrences: int = Field(description="How often it was rejected.")
    run_id: UUID | None = Field(description="The last run that rejected it.")
    first_seen_at: datetime
    last_seen_at: datetime

    @classmethod
    def of(cls, record: rejected_record_queries.RejectedRecord) -> Self:
        """Build it from the stored record."""
        return cls.model_validate(record, from_attributes=True)


class RejectedRecordDetails(RejectedRecord):
    """A record, and what becomes of it."""

    resolved_at: datetime | None = Field(description="When it could be used; null: it cannot yet.")
    tried_again_by: SyncSource | None = Field(
        description="Source of the run that tries it again, by itself or by"
        " `POST /v1/sync/rejected-records/{id}/retry`. Null: none does; a line is imported again."
    )


class RejectedRecordPage(ResponseModel):
    """A page of rejected records."""

    items: list[RejectedRecord]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class RejectedGroup(ResponseModel):
    """Records with the same place and reason."""

    found_in: str = Field(description="Where the records were found: the file, import or service.")
    code: str = Field(description="Why they could not be used.")
    count: int
    oldest: datetime = Field(description="Since when the oldest is rejected.")

    @classmethod
    def of(cls, group: rejected_record_queries.RejectedGroup) -> Self:
        """Build it from the stored counts."""
        return cls.model_validate(group, from_attributes=True)


class RejectedGroups(ResponseModel):
    """Counts of all rejected records; the largest group comes first."""

    items: list[RejectedGroup]
