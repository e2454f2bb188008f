"""Use case: another operator takes a number, says the operator's porting system."""

from zoneinfo import ZoneInfo

from domain.audit import Actor
from domain.processes import order_id
from services import launcher
from services.engine import Engine
from services.errors import NotFound, Refused
from services.ops.wake import wake_if_reached
from storage.contract_orders import port_outs
from storage.contract_orders.leaving import PortOut, ToldPortOut
from storage.contract_orders.port_outs import PortOutOfAnother


async def port_out(engine: Engine, told: ToldPortOut, zone: ZoneInfo, *, actor: Actor) -> PortOut:
    """Follow what the porting system says of a number. Idempotent by its id.

    Announced, its contracts end at that moment; called off, they are as before; gone, they end now,
    with the services, their access and what was ordered. Raises NotFound where no service has the
    number, and Refused ``port_out_of_another``.
    """
    try:
        done = await engine.write(lambda session: port_outs.tell(session, told, zone, actor=actor))
    except PortOutOfAnother:
        raise Refused("port_out_of_another") from None
    if done is None:
        raise NotFound
    for id_ in done.to_wake:
        await wake_if_reached(engine, order_id(id_))
    for id_ in done.to_start:
        await launcher.start(engine, id_)
    return done
