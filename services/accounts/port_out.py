"""Use case: a number was ported out, says the operator's porting system."""

from datetime import datetime
from uuid import UUID

from domain.audit import Actor
from domain.processes import order_id
from services.engine import Engine
from services.errors import NotFound, Refused
from services.ops.wake import wake_if_reached
from storage.accounts import port_outs
from storage.accounts.port_outs import PortOut, PortOutOfAnother


async def port_out(
    engine: Engine, id_: UUID, number: str, ported_at: datetime, *, actor: Actor
) -> PortOut:
    """End the services of the number, their access and what was ordered. Idempotent by id.

    Raises NotFound where no service had the number then, and Refused for an id of another number.
    """
    try:
        done = await engine.write(
            lambda session: port_outs.record(session, id_, number, ported_at, actor=actor)
        )
    except PortOutOfAnother:
        raise Refused("port_out_of_another") from None
    if done is None:
        raise NotFound
    for order in done.orders:
        await wake_if_reached(engine, order_id(order))
    return done
