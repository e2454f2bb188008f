"""Cancels a resend while it runs."""

from collections.abc import Mapping
from uuid import UUID

from domain.audit import Actor, EventKind
from domain.operations import OperationState
from domain.provisioning.undoing import CancelResult, UndoReason
from domain.reasons import Reason
from storage.audit import event_notes
from storage.audit.events import NewEvent
from storage.database import Session
from storage.provisioning import cancelling
from storage.provisioning.resends import UNDONE
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation
from storage.requests.operations import NotCancellable

_CANCELS = frozenset({CancelResult.CANCELLED, CancelResult.ASSESSING})
_CANCELLED = "Nothing more of it is sent, and what was done is undone"


def cancel(
    session: Session, operation_id: UUID, actor: Actor, why: str
) -> Mapping[str, CancelResult]:
    """Cancel a resend; returns what became of each of its items. Repeating changes nothing.

    One that was cancelled and has ended is left as it is. A worker wakes its process. Raises
    NotCancellable where it has ended otherwise, or nothing of it can be cancelled any more;
    OperationalError where a step is locked for long: repeat it then.
    """
    try:
        cancelled = cancelling.cancel(session, operation_id)
    except cancelling.NoSteps:
        raise NotCancellable("It has no steps") from None
    # Its end locks the steps as well: the operation is read as it stays until this is committed.
    operation = operation_queries.get(session.connection(), operation_id)
    if operation.state.has_ended:
        if not _was_cancelled(operation):
            raise NotCancellable(f"It has ended: {operation.state}")
    elif _CANCELS.isdisjoint(cancelled.items.values()):
        raise NotCancellable("It is past its point of no return, or being undone already")
    if cancelled.is_new:
        _append_event(session, operation, actor, why)
    return cancelled.items


def _was_cancelled(operation: Operation) -> bool:
    code = operation.error.code if operation.error else None
    is_cancelled = operation.state is OperationState.CANCELLED
    return is_cancelled and code == UNDONE[UndoReason.CANCELLED].code


def _append_event(session: Session, operation: Operation, actor: Actor, why: str) -> None:
    event = NewEvent(
        EventKind.SERVICE_RESEND_CANCELLED,
        subject_id=operation.subject_id,
        account_id=operation.account_id,
        reason=Reason("cancelled", _CANCELLED, {"operation_id": str(operation.id)}),
    )
    event_notes.append(session, event, why, actor=actor)
