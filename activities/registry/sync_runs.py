"""The run itself: opening it, writing down what a person decided, ending it."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from activities.registry.query_register import ASIDE
from domain.reasons import Reason
from storage.database import Database
from storage.registry import sync_runs, unusable_records

Source = Literal["file", "changes", "check", "company"]


class SyncRequest(BaseModel, frozen=True):
    """Which source to read, and what for: a day, an hour, a request. Together they are the id."""

    source: Source
    subject: str
    company_ids: tuple[UUID, ...] = ()
    """For source ``company``: whom to ask about."""


class RunDecision(BaseModel, frozen=True):
    """What a person decided about a run that is held."""

    decision: Literal["release", "reject"]
    by: str
    reason: str


class OpenedRun(BaseModel, frozen=True):
    """The run's row. ``ended``: it was carried out before, so there is nothing left to do."""

    run_id: UUID
    ended: bool


class RecordDecision(BaseModel, frozen=True):
    """A decision and the run that it is about."""

    run_id: UUID
    decision: RunDecision


class EndRun(BaseModel, frozen=True):
    """How a run ended. ``code`` and ``text``: why, where there is more to say."""

    run_id: UUID
    state: Literal["finished", "unchanged", "refused", "failed"]
    code: str = ""
    text: str = ""


class SyncRuns:
    """The rows of sync runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn
    def open_run(self, request: SyncRequest) -> OpenedRun:
        """The row of this run, made if it is new. Repeating gives the same one."""
        with self._database.transaction() as session:
            run_id, state = sync_runs.open_run(session, request.source, request.subject)
        return OpenedRun(run_id=run_id, ended=state not in sync_runs.OPEN)

    @activity.defn
    def record_decision(self, told: RecordDecision) -> None:
        """Write down who let the run go on, or ended it, and why. Repeating changes nothing."""
        write = sync_runs.release if told.decision.decision == "release" else sync_runs.reject
        with self._database.transaction() as session:
            write(session, told.run_id, told.decision.by, told.decision.reason)

    @activity.defn
    def end_run(self, ending: EndRun) -> None:
        """Write down how it ended, and what is left for the next run. Repeating is harmless."""
        reason = Reason(ending.code, ending.text) if ending.code else None
        with self._database.transaction() as session:
            if ending.state in {"refused", "failed"}:
                unusable_records.set_aside_unfinished(session, ASIDE, ending.run_id, ending.code)
            sync_runs.end_run(session, ending.run_id, ending.state, reason)
