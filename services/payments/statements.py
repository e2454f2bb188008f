"""Have banks' statements read: by the clock, and where operations ask for it."""

from uuid import UUID, uuid5

from domain.audit import Actor, ActorKind
from domain.processes import ProcessType
from services import launcher
from services.engine import Engine
from storage.payments import readings
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation

_READINGS = UUID("6b1e2a64-0c7f-4f0e-9a3d-6f2d51a8c7b3")
_SCHEDULE = Actor(ActorKind.ENGINE, ProcessType.BANK_STATEMENT)


async def start(engine: Engine, subject: str) -> bool:
    """Start the reading of this scheduled time, once however often it is called.

    Where another one is open, that one does. False: Temporal cannot be reached, and a worker starts
    it later.
    """
    requested = uuid5(_READINGS, subject)
    found = await engine.write(lambda session: readings.request(session, requested, _SCHEDULE))
    return await launcher.start(engine, found)


async def request(engine: Engine, requested: UUID, actor: Actor) -> Operation:
    """Start a reading besides those of the schedule; returns its operation, or the open one's.

    Repeatable by the id. Where Temporal cannot be reached, a worker starts it later.
    """
    found = await engine.write(lambda session: readings.request(session, requested, actor))
    await launcher.start(engine, found)
    return await engine.read(lambda connection: operation_queries.get(connection, found))
