"""Start checks for drift: by the clock, and where operations ask for one."""

from uuid import UUID

from domain.audit import Actor, ActorKind
from domain.inventory.drift import PROCESS, check_id
from services import launcher
from services.engine import Engine
from storage.inventory import drift_checks
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation

_SCHEDULE = Actor(ActorKind.ENGINE, PROCESS)


async def start(engine: Engine, subject: str) -> bool:
    """Start the check for this scheduled time, once however often it is called.

    Where another one is open, that one does. False: Temporal cannot be reached, and a worker starts
    it later.
    """
    requested = check_id(subject)
    found = await engine.write(lambda session: drift_checks.request(session, requested, _SCHEDULE))
    return await launcher.start(engine, found)


async def request(engine: Engine, requested: UUID, actor: Actor) -> Operation:
    """Start a check besides those of the schedule; returns its operation, or that of the open one.

    Repeatable by the id. Where Temporal cannot be reached, a worker starts it later.
    """
    found = await engine.write(lambda session: drift_checks.request(session, requested, actor))
    await launcher.start(engine, found)
    return await engine.read(lambda connection: operation_queries.get(connection, found))
