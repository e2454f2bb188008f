"""GET /v1/ops/mandates/accounts/{id}/services: which services of an account a mandate can name."""

from uuid import UUID

from fastapi import APIRouter

from api.http import pagination
from api.http.grant_schemas import ServiceLabel
from api.http.routes import GuardedRoute
from api.mandates.officer import Officer
from api.mandates.schemas import MandateServices
from domain.accounts import ServiceStatus
from services.mandates import reads

router = APIRouter(prefix="/v1/ops/mandates", tags=["mandates"], route_class=GuardedRoute)


@router.get(
    "/accounts/{account_id}/services",
    operation_id="listMandateServices",
    responses=pagination.RESPONSES,
)
def list_mandate_services(
    account_id: UUID, officer: Officer, page: pagination.Asked
) -> MandateServices:
    """List the services of an account that a mandate can name, by id: labels and nothing else."""
    after = page.place("mandate-services", UUID)
    found = reads.services_of(officer.database, account_id, after=after, limit=page.limit + 1)
    shown, following = page.cut("mandate-services", found, lambda each: each.id)
    labels = (each.label() for each in shown if each.status is not ServiceStatus.ENDED)
    items = [label for label in map(ServiceLabel.of, labels) if label]
    return MandateServices(items=items, next=following)
