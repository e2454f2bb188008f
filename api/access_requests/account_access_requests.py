"""/v1/accounts/{id}/access-requests: who asks for access to this account."""

from uuid import UUID

from fastapi import APIRouter

from api.access_requests.schemas import ReceivedAccessRequest, ReceivedAccessRequestPage
from api.accounts.me import NOT_KNOWN, Acting
from api.http import pagination
from api.http.dependencies import Store, acting_person
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from storage.access_requests import reach, request_queries

router = APIRouter(
    prefix="/v1/accounts/{account_id}/access-requests",
    tags=["access requests"],
    route_class=GuardedRoute,
)


@router.get(
    "", operation_id="listAccountAccessRequests", responses=pagination.RESPONSES | NOT_KNOWN
)
def list_account_access_requests(
    account_id: UUID, admitted: Acting, database: Store, page: pagination.Asked
) -> ReceivedAccessRequestPage:
    """List the open access requests that the calling person could approve here, by id.

    Who could give nothing on this account gets 404.
    """
    after = page.place("account-access-requests", UUID)
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        if not reach.gives_on(connection, account_id, person_id):
            raise Problem("not_found")
        views = request_queries.of_account(
            connection, account_id, person_id, after=after, limit=page.limit + 1
        )
    shown, following = page.cut("account-access-requests", views, lambda view: view.id)
    items = [ReceivedAccessRequest.of(view) for view in shown]
    return ReceivedAccessRequestPage(items=items, next=following)
