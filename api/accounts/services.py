"""PUT /v1/services: the operator's systems create and update services."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.accounts.accounts import SYSTEMS
from api.accounts.people import PersonCode
from api.auth.authorization import Authorized
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from api.inventory.characteristics import Told, Values, check
from domain.accounts import ServiceKind, ServiceStatus
from domain.provisioning.targets import TARGET_NAME
from services.accounts import put_records
from storage.accounts.services import ServiceFacts

router = APIRouter(prefix="/v1/services", tags=["services"], route_class=GuardedRoute)


class ServiceInput(RequestModel):
    """A service as the operator has it."""

    account_id: UUID = Field(description="Id of the account.")
    kind: ServiceKind = Field(description="What kind of service it is.")
    number: str | None = Field(
        None,
        pattern=r"^\+[1-9][0-9]{4,14}$",
        description="E.164. No two active services share a number, except a Mobiil-ID and its SIM.",
    )
    name: SingleLine = Field(
        "",
        max_length=300,
        description="Name of the service, for people.",
    )
    status: ServiceStatus = ServiceStatus.ACTIVE
    user: PersonCode | None = Field(
        None,
        description="Who has the SIM, if known. Access that others proved by its number ends.",
    )
    network: str | None = Field(
        None,
        pattern=TARGET_NAME,
        description="Name of the network that has it, as in VOLITUS_NETWORKS; null: the usual one.",
    )
    characteristics: Told = Field(default_factory=dict)


class Service(ResponseModel):
    """A service as it is stored."""

    id: UUID
    account_id: UUID
    kind: ServiceKind
    number: str | None = Field(description="Phone number in E.164. Null: it has none.")
    name: str
    status: ServiceStatus


class StoredService(Service):
    """A service as the operator's systems stored it."""

    network: str | None = Field(description="Name of the network. Null: the usual one.")
    characteristics: Values = Field(description="As they were told.")
    open_order: UUID | None = Field(
        description="The oldest order for the service that was open. If the service ended or moved"
        " to another account, what was ordered for it is cancelled; else the order goes on."
    )
    drift: list[str] = Field(
        description="Names of characteristics that an order set and that are told differently."
    )


_RESPONSES: Responses = {
    200: {"description": "The service exists and is up to date."},
    201: {"description": "The service was created.", "model": StoredService},
    **problems.documented("account_unknown", "number_taken"),
}


@router.put(
    "/{service_id}",
    operation_id="putService",
    responses=_RESPONSES,
)
async def put_service(
    service_id: UUID,
    service: ServiceInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    engine: EngineDep,
    response: Response,
) -> StoredService:
    """Create or update a service; access to one that ends or moves ends. Idempotent.

    So does what was ordered for it: what was done of it is undone. Replaces the whole service: a
    field that is left out becomes empty.
    """
    user = service.user.key("/user/code") if service.user else None
    check(service.kind, service.characteristics)
    told = service.model_dump(exclude={"user"})
    facts = ServiceFacts(id=service_id, user=user, **told)
    put = await put_records.put_service(engine, facts, actor=admitted.actor)
    if put.created:
        response.status_code = 201
    return StoredService(id=service_id, open_order=put.open_order, drift=list(put.drift), **told)
