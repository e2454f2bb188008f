"""Bulk retries on a whole engine: started, waited for, and the result for each item."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row

from domain.audit import Actor, ActorKind
from services import launcher
from storage.ops import bulk_retries
from storage.ops.bulk_retries import NewBulkRetry
from storage.ops.stuck_queries import Filter
from tests.fixtures.engine import until
from tests.fixtures.resend_stack import Resends

BULK = Actor(ActorKind.OPS, "bulk")


async def begin(resends: Resends, rate: float, which: Filter | None = None) -> UUID:
    """Request a bulk retry of these, or of everything; returns the operation."""
    id_ = uuid4()
    asked = NewBulkRetry(which or Filter(), BULK, "it is back", rate)
    with resends.database.transaction() as session:
        bulk_retries.request(session, id_, asked)
    await launcher.start(resends.engine, id_)
    return id_


async def done(resends: Resends, operation: UUID, number: int) -> None:
    """Wait until this many items are done."""
    await until(lambda: resends.operation(operation).progress["done"] >= number)


def results(resends: Resends, operation: UUID) -> list[Row[Any]]:
    statement = "SELECT * FROM bulk_retry WHERE operation_id = :id ORDER BY position"
    return list(resends.rows(statement, id=operation))
