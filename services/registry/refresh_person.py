"""Refresh a person: query the register about the person now, and let access follow."""

from uuid import UUID

from domain.processes import ProcessType
from services import launcher
from services.engine import Engine
from storage.database import Session
from storage.requests import operation_queries, operations
from storage.requests.operation_queries import Operation


async def refresh_person(engine: Engine, person_id: UUID, operation_id: UUID) -> Operation:
    """Start a refresh, once for each ``operation_id``; returns its operation as requested.

    Where Temporal cannot be reached, a worker starts it later.
    """

    def request(session: Session) -> Operation:
        operations.request(session, operation_id, ProcessType.REFRESH, person_id)
        return operation_queries.get(session.connection(), operation_id)

    operation = await engine.write(request)
    await launcher.start(engine, operation_id)
    return operation
