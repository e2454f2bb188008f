"""Shapes of sync runs and rejected records in the API."""

from dataclasses import asdict
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from api.http.schemas import Erasable, NamedActor, Reason, ResponseModel
from domain.processes import sync_id
from domain.registry import sync
from domain.registry.sync import SyncSource, SyncState, SyncWait
from storage.registry import sync_run_queries

_SHOWN = 500


class SyncCounts(ResponseModel):
    """Counts of a run. Null: the run has not got so far, or its source has no such thing."""

    companies: int | None = Field(description="Companies in the register's file.")
    appeared: int | None = Field(description="Companies that the last file did not have.")
    changed: int | None = Field(description="Companies that differ from the last file.")
    vanished: int | None = Field(description="Companies that only the last file had.")
    rejected: int | None = Field(description="Records of the file that could not be used.")
    listed: int | None = Field(description="Changes on the register's list of changes.")
    to_query: int | None = Field(description="Companies that the register is queried about.")
    answered: int | None = Field(description="Companies that the register answered about.")
    unknown: int | None = Field(description="Companies without a usable answer.")
    applied: int | None = Field(description="Companies whose grants were aligned.")
    started: int | None = Field(description="Grants that the run started.")
    ended: int | None = Field(description="Grants that the run ended.")
    suspended: int | None = Field(
        description="Delegated grants that the run suspended: the company is deleted or bankrupt."
    )


class PreviewedGrant(ResponseModel):
    """A grant that a held run would start, end or suspend."""

    account_id: UUID
    person_id: UUID
    role: str
    reason: Reason = Field(description="Why the run would do it.")


class PreviewedGrants(ResponseModel):
    """Grants that a held run would start, would end, or would suspend."""

    total: int = Field(description="Number of such grants.")
    shown: list[PreviewedGrant] = Field(
        description="The first of them, 500 at most: `POST /v1/sync/runs/{id}/preview/search` lists"
        " more, with names."
    )

    @classmethod
    def of(cls, grants: sync.PreviewedGrants) -> Self:
        """Build it from the domain's value."""
        shown = [
            PreviewedGrant(
                account_id=grant.account_id,
                person_id=grant.person_id,
                role=grant.role,
                reason=Reason(**grant.reason),
            )
            for grant in grants.shown[:_SHOWN]
        ]
        return cls(total=grants.total, shown=shown)


class SyncPreview(ResponseModel):
    """Grants that a held run would start, end and suspend."""

    open_grants: int = Field(
        description="Grants from the register, and delegated ones, when the run was held."
    )
    ending: PreviewedGrants = Field(description="Grants that would end.")
    starting: PreviewedGrants = Field(description="Grants that would start.")
    suspending: PreviewedGrants = Field(
        description="Delegated grants, on accounts of companies that are deleted or bankrupt."
    )

    @classmethod
    def of(cls, preview: sync.SyncPreview) -> Self:
        """Build it from the domain's value."""
        return cls(
            open_grants=preview.open_grants,
            ending=PreviewedGrants.of(preview.ending),
            starting=PreviewedGrants.of(preview.starting),
            suspending=PreviewedGrants.of(preview.suspending),
        )


class RunCompany(ResponseModel):
    """The company that a run is about."""

    id: UUID
    code: str = Field(description="Registry code of the company.")
    name: str = Field(description="Empty: not known.")


class SyncRunSummary(ResponseModel):
    """One reading of one source."""

    id: UUID
    source: SyncSource
    subject: str = Field(description="The time or request that the run is for.")
    company: RunCompany | None = Field(
        description="Of source `company`: the one that it is about. Null: another source."
    )
    is_by_login: bool = Field(description="A login opened it: many may wait at once.")
    workflow_id: str
    state: SyncState
    waits_for: SyncWait | None = Field(
        description="`decision`: somebody releases or rejects it; `source`: its source is read;"
        " `register`: the answers about each company; `queries`: the day's queries are used up."
        " Null: nothing, or it has ended."
    )
    waits_until: datetime | None = Field(description="When it continues, of `queries`.")
    reason: Reason | None = Field(description="Why the run is held, or ended so.")
    counts: SyncCounts = Field(description="What was read, and what came of it, in numbers.")
    version: str | None = Field(description="The register's name for the version of its file.")
    companies: int | None = Field(description="How many companies the file had.")
    decided_by: NamedActor | None = Field(
        description="Who released or rejected it, since it was last held."
    )
    decided_at: datetime | None = Field(
        description="When a member of staff released or rejected it. Null: nobody has."
    )
    note: Erasable = Field(
        description="What they wrote. Null: no decision, an erased note, or an answer to a POST."
    )
    started_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, run: sync_run_queries.SyncRun) -> Self:
        """Build it from the stored run."""
        return cls(
            id=run.id,
            source=run.source,
            subject=run.subject,
            company=RunCompany(**asdict(run.company)) if run.company else None,
            is_by_login=run.is_by_login,
            workflow_id=sync_id(run.source, run.subject),
            state=run.state,
            waits_for=run.waits_for,
            waits_until=run.waits_until,
            reason=Reason.of(run.reason) if run.reason else None,
            counts=SyncCounts(**asdict(run.counts)),
            version=run.version,
            companies=run.companies,
            decided_by=NamedActor.of(run.decided_by) if run.decided_by else None,
            decided_at=run.decided_at,
            note=run.note,
            started_at=run.started_at,
            ended_at=run.ended_at,
        )


class SyncRun(SyncRunSummary):
    """A run, and what it would do."""

    preview: SyncPreview | None = Field(
        None, description="For a run that is or was held: what it would have done."
    )

    @classmethod
    def of(cls, run: sync_run_queries.SyncRun) -> Self:
        """Build it from the stored run."""
        made = super().of(run)
        preview = SyncPreview.of(run.preview) if run.preview else None
        return made.model_copy(update={"preview": preview})


class SyncRunPage(ResponseModel):
    """A page of runs."""

    items: list[SyncRunSummary]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")
