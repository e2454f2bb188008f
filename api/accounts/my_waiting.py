"""GET /v1/me/waiting: what waits for the calling person, in numbers."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.accounts.me import NOT_KNOWN, Acting
from api.http.dependencies import Store, acting_person
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from storage.access_requests import waiting as waiting_requests
from storage.approvals import waiting as waiting_approvals
from storage.contracts import contract_list
from storage.delegations import delegation_queries
from storage.messages import notice_queries

router = APIRouter(prefix="/v1/me", tags=["me"], route_class=GuardedRoute)

_MOST = 100
_Count = Annotated[int, Field(ge=0, le=_MOST)]


class Waiting(ResponseModel):
    """What waits for the calling person. 100: that many, or more."""

    confirmations: _Count = Field(
        description="Open approvals that they may confirm and have not: `/v1/me/confirmations`."
    )
    offers: _Count = Field(
        description="Access and new terms offered to them: `/v1/me/delegations?side=offered`."
    )
    access_requests: _Count = Field(
        description="Requests for access to any account that they could approve:"
        " `/v1/accounts/{id}/access-requests`."
    )
    contracts: _Count = Field(
        description="Own contracts, such as a Mobiil-ID, that wait for their agreement:"
        " `/v1/me/contracts`."
    )
    notices: _Count = Field(description="Unread: `/v1/me/notices?unread=true`.")


@router.get("/waiting", operation_id="countMyWaiting", responses=NOT_KNOWN)
def count_my_waiting(admitted: Acting, database: Store) -> Waiting:
    """Count what waits for the calling person, on all accounts."""
    person_id = acting_person(database, admitted)
    with database.reading() as connection:
        return Waiting(
            confirmations=waiting_approvals.count(connection, person_id, most=_MOST),
            offers=delegation_queries.count_offered(connection, person_id, most=_MOST),
            access_requests=waiting_requests.count(connection, person_id, most=_MOST),
            contracts=contract_list.count_offered(connection, person_id, most=_MOST),
            notices=notice_queries.count_unread(connection, person_id, most=_MOST),
        )
