"""Use case: cancel an operation, of any kind that can be cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.audit import Actor
from domain.processes import ProcessType
from domain.provisioning.undoing import CancelResult
from services.engine import Engine
from services.errors import NotFound, Refused
from services.ops import bulk_retry
from services.provisioning.cancel import cancel_resend
from storage.extracts import ends
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation

CANCELLABLE = frozenset({ProcessType.BULK_RETRY, ProcessType.RESEND, ProcessType.USAGE_EXTRACT})
"""Kinds of operations that can be cancelled while they run."""


@dataclass(frozen=True, slots=True)
class CancelledOperation:
    """An operation after it was cancelled."""

    operation: Operation
    items: Mapping[str, CancelResult] = field(default_factory=dict)
    """What became of each item of its process; empty: it has none."""
    notified: bool = True
    """Its process was woken, or need not be."""


async def cancel_operation(
    engine: Engine, operation_id: UUID, *, actor: Actor, reason: str
) -> CancelledOperation:
    """Cancel an operation. Repeating changes nothing.

    A bulk retry ends at once; items that it has not reached stay as they are. So does an extract,
    and what it has read is deleted. A resend ends once what was done is undone. Raises NotFound, or
    Refused with ``not_cancellable``.
    """
    found = await engine.read(lambda connection: operation_queries.read(connection, operation_id))
    if found is None:
        raise NotFound
    items: Mapping[str, CancelResult] = {}
    notified = True
    match found.kind:
        case ProcessType.BULK_RETRY:
            await bulk_retry.cancel(engine, operation_id, actor, reason)
        case ProcessType.RESEND:
            done = await cancel_resend(engine, operation_id, actor=actor, reason=reason)
            items, notified = done.items, done.notified
        case ProcessType.USAGE_EXTRACT:
            if not await engine.write(
                lambda session: ends.cancel(session, operation_id, actor=actor, note=reason)
            ):
                raise Refused("not_cancellable")
        case _:
            raise Refused("not_cancellable")
    now = await engine.read(lambda connection: operation_queries.get(connection, operation_id))
    return CancelledOperation(now, items, notified)
