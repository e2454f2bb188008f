"""/v1/me/access-requests: what the calling person has asked for."""

from uuid import UUID

from fastapi import APIRouter

from api.access_requests.schemas import AccessRequest, AccessRequestPage
from api.accounts.me import NOT_KNOWN, Acting
from api.http import pagination
from api.http.dependencies import Store, acting_person
from api.http.routes import GuardedRoute
from storage.access_requests import request_queries

router = APIRouter(
    prefix="/v1/me/access-requests", tags=["access requests"], route_class=GuardedRoute
)


@router.get("", operation_id="listMyAccessRequests", responses=pagination.RESPONSES | NOT_KNOWN)
def list_my_access_requests(
    admitted: Acting, database: Store, page: pagination.Asked
) -> AccessRequestPage:
    """List the access requests of the calling person, by id: open ones, and others for 30 days."""
    after = page.place("my-access-requests", UUID)
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        views = request_queries.of_applicant(
            connection, person_id, after=after, limit=page.limit + 1
        )
    shown, following = page.cut("my-access-requests", views, lambda view: view.id)
    return AccessRequestPage(items=[AccessRequest.of(view) for view in shown], next=following)
