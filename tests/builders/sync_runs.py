"""Sync runs for tests, put in place without a workflow."""

from domain.reasons import Reason
from domain.registry.sync import PreviewedGrants, SyncPreview, SyncSource, SyncState
from storage.database import Database
from storage.registry import sync_decisions, sync_runs

PREVIEW = SyncPreview(9, ending=PreviewedGrants(5), starting=PreviewedGrants(0))


def put_run(
    database: Database, subject: str, state: str = "finished", source: SyncSource = SyncSource.FILE
) -> str:
    """Put a run of this subject in place; returns its id."""
    with database.transaction() as session:
        id_, _ = sync_runs.open_run(session, source, subject)
        if state == "held":
            sync_decisions.hold(
                session, id_, PREVIEW, Reason("too_much_would_end", "Would end 5 of 9")
            )
        elif state != "running":
            sync_runs.end_run(session, id_, SyncState(state))
    return str(id_)
