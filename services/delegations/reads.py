"""Read delegations for use cases and routes."""

from uuid import UUID

from services.engine import Engine
from services.errors import NotFound
from storage.delegations import delegation_queries
from storage.delegations.delegation_views import DelegationView


async def read_delegation(engine: Engine, delegation_id: UUID) -> DelegationView:
    """Read a delegation as it stands now. Raises NotFound."""
    view = await engine.read(lambda c: delegation_queries.one(c, delegation_id))
    if view is None:
        raise NotFound
    return view
