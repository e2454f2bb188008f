"""Wake the workflow DepartureReview. It is not needed for what the database decides."""

from contextlib import suppress
from uuid import UUID

from temporalio.service import RPCError, RPCStatusCode

from domain.processes import departure_review_id
from services.engine import Engine
from services.temporal import TemporalUnavailable, reaching_temporal
from workflows.delegations.departure_review import DepartureReview


async def wake(engine: Engine, review_id: UUID) -> None:
    """Signal that something of a review was decided. A workflow that is not told finds out."""
    handle = engine.temporal.get_workflow_handle(departure_review_id(review_id))
    with suppress(TemporalUnavailable):
        async with reaching_temporal():
            try:
                await handle.signal(DepartureReview.decided)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
