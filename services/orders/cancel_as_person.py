"""Use case of people: cancel an order that they placed, or that is on their owner's account."""

from uuid import UUID

from services.engine import Engine
from services.errors import NotFound, Refused
from services.orders import cancel as of_anyone
from services.orders.cancel import WantedCancel
from services.orders.ordered_by import OrderedBy
from services.orders.sight import seen_order
from storage.database import Connection
from storage.orders.cancelling import CancelOpen, OrderOver, OrderUnknown


async def cancel(
    engine: Engine, cancel_id: UUID, order_id: UUID, reason: str, by: OrderedBy
) -> None:
    """Cancel an order, or what still can be cancelled of it. Repeatable by ``cancel_id``.

    Raises NotFound, or Refused: ``not_permitted``, or ``order_not_cancellable`` where it is over or
    is being cancelled already.
    """

    def check(connection: Connection) -> None:
        order, sight = seen_order(connection, order_id, by.person_id)
        if not sight.may_cancel(order):
            raise Refused("not_permitted")

    await engine.read(check)
    try:
        await of_anyone.cancel(engine, WantedCancel(cancel_id, order_id, reason), by)
    except OrderUnknown:  # deleted since
        raise NotFound from None
    except (OrderOver, CancelOpen):
        raise Refused("order_not_cancellable") from None
