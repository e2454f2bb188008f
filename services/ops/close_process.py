"""Processes that operations end as they are: with nothing undone, and nothing more to come."""

from uuid import UUID

from domain.ops.resolutions import Resolution
from domain.ops.stuck_items import StuckItem
from domain.reasons import Reason
from storage.database import Session
from storage.ops import stuck_items, stuck_queries, workflow_problems
from storage.ops.workflow_problems import Fixed
from storage.processes.process_queries import Process
from storage.provisioning import steps
from workflows.catalog import CATALOG

CLOSED = Reason("closed_by_operations", "Operations closed it: its workflow could not go on")


def close(session: Session, id_: UUID, process: Process, fixed: Fixed) -> StuckItem:
    """Decide to close a listed process and end it, in one transaction. Returns the row.

    Raises what workflow_problems.decide does.
    """
    # Steps first: whoever ends a process locks them before what is stuck of it.
    steps.drop_unfinished(session, process.id)
    row = workflow_problems.decide(session, id_, fixed)
    if row.state == "closed":  # it was repeated
        return row
    stuck_items.close(session, id_, Resolution.FIXED, fixed.actor)
    stuck_items.end_process(session, process.id, fixed.actor)
    CATALOG[process.type].close(session, process.id, CLOSED, fixed.actor)
    found = stuck_queries.read(session.connection(), id_)
    assert found is not None  # noqa: S101 # rows are never deleted
    return found
