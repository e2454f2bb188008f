"""Use case: cancel a resend while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.audit import Actor
from domain.processes import resend_id
from domain.provisioning.undoing import CancelResult
from services.engine import Engine
from services.errors import Refused
from services.ops.wake import wake_if_reached
from storage.provisioning import resend_cancelling
from storage.requests.operations import NotCancellable


@dataclass(frozen=True, slots=True)
class CancelledItems:
    """What became of each item of a process. ``notified``: the process was woken for it."""

    items: Mapping[str, CancelResult]
    notified: bool


async def cancel_resend(
    engine: Engine, operation_id: UUID, *, actor: Actor, reason: str
) -> CancelledItems:
    """Cancel a resend: nothing more of it is sent; what was sent is found out and undone.

    It ends, later, as ``cancelled``. Repeating changes nothing. Where Temporal is unavailable, a
    worker wakes the process later. Raises Refused with ``not_cancellable``: it has ended
    otherwise, or is past its point of no return.
    """
    try:
        items = await engine.write(
            lambda session: resend_cancelling.cancel(session, operation_id, actor, reason)
        )
    except NotCancellable as error:
        raise Refused("not_cancellable", str(error)) from None
    return CancelledItems(items, await wake_if_reached(engine, resend_id(operation_id)))
