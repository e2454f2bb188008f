"""Closes a broken process: it ends in its current state, with nothing undone."""

from uuid import UUID

from domain.ops.resolutions import Resolution, StuckState
from domain.ops.stuck_items import StuckItem
from domain.reasons import Reason
from storage.database import Session
from storage.ops import stuck_items, stuck_queries, workflow_problems
from storage.ops.workflow_problems import NewRepair
from storage.processes.process_queries import Process
from storage.provisioning import undoing
from workflows.catalog import CATALOG

CLOSED = Reason("closed_by_operations", "Operations closed it: its workflow could not go on")


def close(session: Session, item_id: UUID, process: Process, new: NewRepair) -> StuckItem:
    """Decide to close a broken process and end it, in one transaction. Returns the item.

    Raises what workflow_problems.decide does.
    """
    # Steps first: whenever a process ends, they are locked before its items.
    undoing.drop_unfinished(session, process.id)
    item = workflow_problems.decide(session, item_id, new)
    if item.state is StuckState.CLOSED:  # a repetition
        return item
    stuck_items.close(session, item_id, Resolution.REPAIRED, new.actor)
    stuck_items.end_process(session, process.id, new.actor)
    CATALOG[process.type].close(session, process.id, CLOSED, new.actor)
    return stuck_queries.read(session.connection(), item_id) or item
