"""Use case of operations: cancel an order, and write down why."""

from uuid import UUID

from domain.audit import Actor
from services.engine import Engine
from services.errors import NotFound, Refused
from services.orders import cancel as of_anyone
from services.orders.cancel import WantedCancel
from services.orders.ordered_by import OrderedBy
from storage.orders.cancel_tasks import CancelTask
from storage.orders.cancelling import CancelOpen, OrderOver, OrderUnknown

_CLIENT = "volitus orders"
"""The client of cancellations that operations request."""


async def cancel(
    engine: Engine, cancel_id: UUID, order_id: UUID, note: str, *, actor: Actor
) -> CancelTask:
    """Cancel an order, or what still can be cancelled of it. Repeatable by ``cancel_id``.

    What was done is undone, later. The note is for staff: neither the customer reads it, nor the
    program that placed the order. Raises NotFound, or Refused: ``order_not_cancellable``.
    """
    wanted = WantedCancel(cancel_id, order_id, note=note)
    try:
        return await of_anyone.cancel(engine, wanted, OrderedBy(_CLIENT, actor, None))
    except OrderUnknown:
        raise NotFound from None
    except OrderOver:
        raise Refused("order_not_cancellable", "It has ended.") from None
    except CancelOpen:
        raise Refused("order_not_cancellable", "It is being cancelled already.") from None
