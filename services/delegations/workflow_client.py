"""Start the workflow Delegation. It is not needed for what the database decides.

A worker tells it that its offer was answered or closed: ``worker.tell_ended``.
"""

from uuid import UUID

from services import launcher
from services.engine import Engine


async def start(engine: Engine, version_id: UUID) -> None:
    """Start the ceremony of an offer. If Temporal is away, a worker starts it later."""
    await launcher.start(engine, version_id)
