"""GET /v1/services/{id}/activation-code: the secret by which a telephone loads its eSIM."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.http import problems
from api.http.dependencies import acting
from api.http.routes import GuardedRoute
from api.http.schemas import ResponseModel
from api.parts import parts_of
from services.inventory.activation_code import read_activation_code

router = APIRouter(prefix="/v1/services", tags=["services"], route_class=GuardedRoute)

FRESH_PERSON = Allow(person=True, fresh=True)


class ActivationCode(ResponseModel):
    """The activation code of an eSIM."""

    activation_code: str = Field(
        description="As GSMA SGP.22 writes it, beginning with `LPA:1$`. Whoever has it has the"
        " number: show it to the person alone, and store it nowhere."
    )


@router.get(
    "/{service_id}/activation-code",
    operation_id="getActivationCode",
    responses=problems.documented("not_found", "step_up_needed"),
)
def get_activation_code(
    service_id: UUID, admitted: Annotated[Authorized, Depends(FRESH_PERSON)], request: Request
) -> ActivationCode:
    """Return the activation code of the service's eSIM, until it is used or replaced.

    Requires `service:order` on the service. Each reading is recorded in the account's history.
    """
    parts = parts_of(request)
    database = parts.engine.database
    who = acting(database, admitted)
    code = read_activation_code(database, parts.secrets, service_id, who.id, actor=who.actor)
    return ActivationCode(activation_code=code)
