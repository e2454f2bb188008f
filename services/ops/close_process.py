"""Processes that operations end as they are: with nothing undone, and nothing more to come."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from domain.audit import Actor, EventKind
from domain.numbers.verifications import State
from domain.ops.resolutions import Resolution
from domain.reasons import Reason
from storage.audit import events
from storage.audit.events import NewEvent
from storage.database import Session
from storage.numbers import verifications
from storage.ops import stuck_items, workflow_problems
from storage.ops.workflow_problems import Fixed
from storage.provisioning import steps
from storage.registry import sync_runs, unusable_records
from storage.requests import operations

CLOSED = Reason("closed_by_operations", "Operations closed it: its workflow could not go on")


def close(session: Session, id_: UUID, process_id: UUID, fixed: Fixed, aside_as: str) -> Row[Any]:
    """Decide to close it, and end the process of this row in the same transaction. The row.

    ``aside_as``: under which name companies are kept that a sync run did not come to. Raises what
    storage.broken.decide does.
    """
    # Steps first: whoever ends a process locks them before what is stuck of it.
    steps.drop_left(session, process_id)
    row = workflow_problems.decide(session, id_, fixed)
    if row.state == "closed":  # it was repeated
        return row
    stuck_items.close(session, id_, Resolution.FIXED, fixed.actor)
    stuck_items.end_process(session, process_id, fixed.actor)
    if row.process == "register_sync":
        unusable_records.set_aside_unfinished(session, aside_as, process_id, CLOSED.code)
    _ENDS.get(row.process, _end_operation)(session, process_id, fixed.actor)
    found = workflow_problems.read(session, id_)
    assert found is not None  # noqa: S101 # rows are never deleted
    return found


def _end_verification(session: Session, id_: UUID, actor: Actor) -> None:
    verifications.end(session, id_, State.FAILED, CLOSED, actor=actor)


def _end_run(session: Session, id_: UUID, actor: Actor) -> None:  # noqa: ARG001 # told already
    sync_runs.end_run(session, id_, "failed", CLOSED)


def _end_operation(session: Session, id_: UUID, actor: Actor) -> None:
    row = operations.cancelled(session, id_, CLOSED.as_json())
    if row is None or row.kind != "resend":
        return
    line = NewEvent(
        EventKind.SERVICE_RESEND_ENDED,
        subject_id=row.subject_id,
        account_id=row.account_id,
        reason=Reason(CLOSED.code, CLOSED.text, {"operation_id": str(row.id)}),
        after={"state": row.state},
    )
    events.append(session, [line], actor=actor, at=events.now(session))


_ENDS: dict[str, Callable[[Session, UUID, Actor], None]] = {
    "number_verification": _end_verification,
    "register_sync": _end_run,
}
