"""Read delegations for use cases and routes."""

from uuid import UUID

from domain.delegations.viewers import DelegationViewer
from services.delegations.authority import may_see, viewer_of
from services.engine import Engine
from services.errors import NotFound
from storage.database import Connection
from storage.delegations import delegation_queries
from storage.delegations.delegation_views import DelegationView


async def read_delegation(engine: Engine, delegation_id: UUID) -> DelegationView:
    """Read a delegation as it stands now. Raises NotFound."""
    view = await engine.read(lambda c: delegation_queries.one(c, delegation_id))
    if view is None:
        raise NotFound
    return view


async def read_seen(
    engine: Engine, delegation_id: UUID, person_id: UUID | None
) -> tuple[DelegationView, DelegationViewer]:
    """Read a delegation as this person sees it; None: a member of staff. Raises NotFound."""

    def read(connection: Connection) -> tuple[DelegationView, DelegationViewer]:
        view = delegation_queries.one(connection, delegation_id)
        if view is None:
            raise NotFound
        if person_id is None:
            return view, DelegationViewer(None)
        if not may_see(connection, view, person_id):
            raise NotFound
        return view, viewer_of(connection, person_id, [view.account_id])

    return await engine.read(read)
