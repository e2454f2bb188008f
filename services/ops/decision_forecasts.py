"""Use case: say what a decision about a stuck step, or cancelling its process, will do."""

from uuid import UUID

from domain.ops import forecasts
from domain.ops.forecasts import Forecast
from domain.ops.process_steps import ProcessStep
from domain.ops.stuck_items import StuckItem
from domain.provisioning.steps import Decision
from storage.database import Connection
from storage.ops import process_step_queries


def of_decision(connection: Connection, item: StuckItem, decision: Decision) -> Forecast:
    """Say what this decision about a stuck step will do, as its process stands now."""
    steps = _steps(connection, item.process_id)
    return forecasts.forecast(steps, item.id, decision, can_ask=item.can_ask)


def of_cancelling(connection: Connection, process_id: UUID) -> Forecast:
    """Say what cancelling this process will do, as it stands now."""
    steps = _steps(connection, process_id)
    undone = forecasts.undoing(steps)
    return Forecast(waits_for=forecasts.undoing_waits_for(steps, undone), undoing=undone)


def _steps(connection: Connection, process_id: UUID | None) -> list[ProcessStep]:
    return process_step_queries.steps_of(connection, process_id) if process_id else []
