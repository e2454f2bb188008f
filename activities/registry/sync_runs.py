"""Open a run, take up a person's decision about it, and end it."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from domain.reasons import Reason
from domain.registry.sync import SyncDecision, SyncSource, SyncState
from domain.task_queues import ActivityQueue
from storage.database import Database
from storage.registry import sync_decisions, sync_runs


class SyncRequest(BaseModel, frozen=True):
    """Source to read, and what for: a day, an hour, a request. Together they make the id."""

    source: SyncSource
    subject: str


class OpenedRun(BaseModel, frozen=True):
    """Id of the run. ``ended``: it ended before, so nothing is left to do."""

    run_id: UUID
    ended: bool


class EndRun(BaseModel, frozen=True):
    """State in which a run ended. ``code`` and ``text``: the reason, if there is one."""

    run_id: UUID
    state: SyncState
    code: str = ""
    text: str = ""


class SyncRunActivities:
    """Activities on the row of a run."""

    queue: ClassVar[ActivityQueue | None] = None

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="registry.open_run")
    def open_run(self, request: SyncRequest) -> OpenedRun:
        """Open the run, or find it. Idempotent."""
        with self._database.transaction() as session:
            run_id, state = sync_runs.open_run(session, request.source, request.subject)
        return OpenedRun(run_id=run_id, ended=not state.is_open)

    @activity.defn(name="registry.take_decision")
    def take_decision(self, run_id: UUID) -> SyncDecision | None:
        """Read what a person decided about the run; None: no decision yet. Idempotent."""
        with self._database.transaction() as session:
            return sync_decisions.take_decision(session, run_id)

    @activity.defn(name="registry.end_run")
    def end_run(self, ending: EndRun) -> None:
        """End the run, and leave what it did not come to for the next one. Idempotent."""
        reason = Reason(ending.code, ending.text) if ending.code else None
        with self._database.transaction() as session:
            sync_runs.end_run(session, ending.run_id, ending.state, reason)
