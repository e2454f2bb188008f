"""Services, as the operator's own systems tell of them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from api.accounts.accounts import SYSTEMS
from api.accounts.people import PersonCode
from api.accounts.upsert import take_in
from api.auth.authorization import Authorized
from api.http import problems
from api.http.dependencies import Store
from api.http.problems import Responses
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel, SingleLine
from storage.accounts.services import ServiceFacts, put_services

router = APIRouter(prefix="/v1/services", tags=["accounts"], route_class=GuardedRoute)


class ServiceInput(RequestModel):
    """A service, as it is now."""

    account_id: UUID
    kind: Literal["mobile", "fixed_line", "internet", "router", "mobiil_id"]
    number: str | None = Field(
        None,
        pattern=r"^\+[1-9][0-9]{4,14}$",
        description="E.164. No two active services may share one, Mobiil-ID aside.",
    )
    name: SingleLine = Field("", max_length=300)
    status: Literal["active", "ended"] = "active"
    user: PersonCode | None = Field(
        None, description="Who has the SIM, if that is known: access proved by others' codes ends."
    )


class Service(ResponseModel):
    """A service, as it was taken in."""

    id: UUID
    account_id: UUID
    kind: str
    number: str | None
    name: str
    status: str


_RESPONSES: Responses = {
    200: {"description": "It was known; it is as told now."},
    201: {"description": "It is new.", "model": Service},
    **problems.documented("account_unknown", "number_taken"),
}


@router.put(
    "/{service_id}",
    operation_id="putService",
    responses=_RESPONSES,
)
def put_service(
    service_id: UUID,
    told: ServiceInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    database: Store,
    response: Response,
) -> Service:
    """Make a service be as told. Access to one that ends, or moves, ends. Repeatable.

    The whole of it: what is left out becomes empty.
    """
    user = told.user.key("/user/code") if told.user else None
    facts = ServiceFacts(id=service_id, user=user, **told.model_dump(exclude={"user"}))
    if take_in(database, lambda s: put_services(s, [facts], actor=admitted.actor), service_id):
        response.status_code = 201
    return Service(id=service_id, **told.model_dump(exclude={"user"}))
