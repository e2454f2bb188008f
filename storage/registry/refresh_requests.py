"""Requests to refresh a person: one is open at a time, and each uses the limits.

Lock order: the person's refresh, the rate limits, the operation, its process.
"""

from collections.abc import Sequence
from uuid import UUID

from domain.processes import ProcessType
from domain.rates import Use
from storage import locks
from storage.database import Session
from storage.locks import Purpose
from storage.requests import operation_queries, operations, rate_limits


def request(session: Session, operation_id: UUID, person_id: UUID, limits: Sequence[Use]) -> UUID:
    """Request a refresh; returns its operation: the person's open one, if there is one.

    Repeating it with the same id changes nothing. A new refresh uses each limit once: raises
    LimitReached where one is used up, and then nothing is used.
    """
    locks.lock(session, Purpose.PERSON_REFRESH, str(person_id))
    connection = session.connection()
    if operation_queries.read(connection, operation_id) is not None:
        return operation_id
    is_open = operation_queries.open_refresh(connection, person_id)
    if is_open is not None:
        return is_open
    rate_limits.take(session, limits)
    operations.request(session, operation_id, ProcessType.REFRESH, person_id)
    return operation_id
