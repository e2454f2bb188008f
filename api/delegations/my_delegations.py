"""/v1/me/delegations: what the calling person gave, was given, and is offered."""

from uuid import UUID

from fastapi import APIRouter

from api.accounts.me import NOT_KNOWN, Acting
from api.delegations.schemas import DelegationPage
from api.http import pagination
from api.http.dependencies import Store, acting_person
from api.http.routes import GuardedRoute
from services.delegations import authority
from storage.delegations import delegation_queries
from storage.delegations.delegation_queries import Side

router = APIRouter(prefix="/v1/me/delegations", tags=["delegations"], route_class=GuardedRoute)


@router.get("", operation_id="listMyDelegations", responses=pagination.RESPONSES | NOT_KNOWN)
def list_my_delegations(
    admitted: Acting, database: Store, page: pagination.Asked, side: Side = Side.OFFERED
) -> DelegationPage:
    """List delegations of the calling person, by id: `offered` to them, `received`, or `given`."""
    after = page.place(f"my-delegations-{side}", UUID)
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        views = delegation_queries.of_person(
            connection, person_id, side, after=after, limit=page.limit + 1
        )
        viewer = authority.viewer_of(connection, person_id, {view.account_id for view in views})
    shown, following = page.cut(f"my-delegations-{side}", views, lambda view: view.id)
    return DelegationPage.of(shown, following, viewer)
