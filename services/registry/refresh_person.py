"""Refresh a person: query the register about the person now, and let access follow."""

from collections.abc import Sequence
from uuid import UUID

from domain.rates import Use
from services import launcher
from services.engine import Engine
from storage.database import Session
from storage.registry import refresh_requests
from storage.requests import operation_queries
from storage.requests.operation_queries import Operation


async def refresh_person(
    engine: Engine, person_id: UUID, operation_id: UUID, limits: Sequence[Use]
) -> Operation:
    """Start a refresh; returns its operation as requested, or the person's open one.

    Repeatable by ``operation_id``. Raises LimitReached where a new refresh would be one too many.
    Where Temporal cannot be reached, a worker starts it later.
    """

    def request(session: Session) -> Operation:
        requested = refresh_requests.request(session, operation_id, person_id, limits)
        return operation_queries.get(session.connection(), requested)

    operation = await engine.write(request)
    if operation.id == operation_id:  # another was started by the request that made it
        await launcher.start(engine, operation_id)
    return operation
