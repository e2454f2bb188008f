"""Resend a service's settings to the network: what an operator or the customer system asks for."""

from uuid import UUID

from domain.audit import Actor
from services import launcher
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.provisioning import resends
from storage.provisioning.resends import ServiceEnded, ServiceUnknown
from storage.requests.operation_queries import Operation


async def resend_settings(
    engine: Engine, operation_id: UUID, service_id: UUID, *, actor: Actor, reason: str
) -> Operation:
    """Send a service's settings to the network again; returns the operation.

    Resends of one service run in the order in which they were requested. Repeating with the same
    ``operation_id`` changes nothing. While Temporal is unavailable the request is kept, and a
    worker starts it later. Raises NotFound, or Refused(``service_ended``).
    """
    try:
        operation = await engine.write(
            lambda session: resends.request(session, operation_id, service_id, actor, reason)
        )
    except ServiceUnknown:
        raise NotFound from None
    except ServiceEnded:
        raise Refused("service_ended") from None
    await launcher.start(engine, operation_id)
    return operation
