"""GET /v1/services/{id}: one service, with the caller's permissions, and what it is bound to."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.access.account_access import note_use
from api.access.service_labels import sight_of
from api.accounts.reads import VIEWERS, VisibleService, visible_service
from api.auth.authorization import Authorized
from api.http import problems
from api.http.dependencies import Billing, Store, Uses, acting_person
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from domain.access.permissions import Permission
from domain.contracts.reasons import SuspendReason
from domain.contracts.states import ContractState
from services.billing.billed_services import Viewer
from services.billing.service_reach import reach_of_service
from services.contracts.of_service import ContractOfService, of_service
from storage.accounts import service_queries
from storage.inventory import inventories

router = APIRouter(prefix="/v1/services", tags=["services"], route_class=GuardedRoute)


class ServiceContract(ResponseModel):
    """The contract that a service is of."""

    id: UUID
    state: ContractState
    suspended: SuspendReason | None = Field(description="Null: its services work.")
    is_seen: bool = Field(description="Whether the caller may read it: `/v1/contracts/{id}`.")
    may_suspend: bool = Field(
        description="Whether the caller may report a loss or a theft now:"
        " `POST /v1/contracts/{id}/suspend`."
    )

    @classmethod
    def of(cls, found: ContractOfService | None) -> Self | None:
        """The contract; None for None."""
        if found is None:
            return None
        return cls(
            id=found.id,
            state=found.state,
            suspended=found.suspended,
            is_seen=found.is_seen,
            may_suspend=found.may_suspend,
        )


class ServiceDetails(VisibleService):
    """A service, as the caller may see it, and its contract."""

    contract: ServiceContract | None = Field(
        description="Null: none is known, or the caller neither reads it nor may suspend it."
    )
    is_yours: bool = Field(
        description="Whether the caller has its SIM, as the operator's systems told."
    )
    may_see_usage: bool = Field(
        description="Whether `GET /v1/services/{id}/usage` shows the caller something. A number"
        " that somebody else has proved since shows nothing, whatever `permissions` says."
    )
    may_see_credit_limit: bool = Field(
        description="The same of `GET /v1/accounts/{id}/credit-limit`."
    )
    may_request_call_details: bool = Field(
        description="Whether the caller may ask for an extract of its call details."
    )


@router.get("/{service_id}", operation_id="getService", responses=problems.documented("not_found"))
def get_service(
    service_id: UUID,
    admitted: Annotated[Authorized, Depends(VIEWERS)],
    database: Store,
    billing: Billing,
    uses: Uses,
) -> ServiceDetails:
    """Return a service. Requires `service:view` on it. Anyone else gets 404."""
    person_id = None if admitted.person is None else acting_person(database, admitted)
    with database.reading() as connection:
        found = service_queries.service(connection, service_id)
        if found is None:
            raise Problem("not_found")
        sight = sight_of(connection, admitted, found.account_id)
        if not sight.sees(Permission.SERVICE_VIEW, service_id):
            raise Problem("not_found")
        known = inventories.of_services(connection, [service_id])
        contract = of_service(connection, service_id, person_id)
        is_yours = person_id is not None and service_queries.is_used_by(
            connection, service_id, person_id
        )
        who = Viewer(person_id, billing.zone)
        reach = reach_of_service(connection, found.account_id, service_id, sight, who)
    note_use(uses, admitted, found.account_id)
    shown = visible_service(found, known[service_id], sight)
    return ServiceDetails(
        **dict(shown),
        contract=ServiceContract.of(contract),
        is_yours=is_yours,
        may_see_usage=reach.usage,
        may_see_credit_limit=reach.credit_limit,
        may_request_call_details=reach.call_details,
    )
