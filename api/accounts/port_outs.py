"""PUT /v1/port-outs: the operator's porting system tells that a number has left."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from api.accounts.accounts import SYSTEMS
from api.auth.authorization import Authorized
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import AnyMoment, RequestModel, ResponseModel
from api.http.validation_errors import ValidationIssue
from services.accounts import port_out

router = APIRouter(prefix="/v1/port-outs", tags=["services"], route_class=GuardedRoute)

_CLOCKS_DIFFER = timedelta(minutes=5)


class PortOutInput(RequestModel):
    """A number that another operator has now."""

    number: str = Field(pattern=r"^\+[1-9][0-9]{4,14}$", description="E.164.")
    ported_at: AnyMoment = Field(
        description="When it left; not in the future. A service that is newer than that stays."
    )


class PortOut(ResponseModel):
    """What ended."""

    id: UUID
    services: list[UUID] = Field(description="Services that had the number, a Mobiil-ID included.")


@router.put(
    "/{port_out_id}",
    operation_id="putPortOut",
    responses=problems.documented("not_found", "port_out_of_another"),
)
async def put_port_out(
    port_out_id: UUID,
    told: PortOutInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS)],
    engine: EngineDep,
) -> PortOut:
    """End the services of a number that was ported out, its Mobiil-ID among them. Idempotent.

    Access to them ends, and what was ordered for them: what was done of it is undone. The id is a
    UUID of the porting system's: its own, or made of its own (version 5). Repeated, it ends
    nothing, also after the number has come back.
    """
    if told.ported_at > datetime.now(UTC) + _CLOCKS_DIFFER:
        issue = ValidationIssue("/ported_at", "it is in the future")
        raise Problem("invalid", errors=[issue])
    done = await port_out.port_out(
        engine, port_out_id, told.number, told.ported_at, actor=admitted.actor
    )
    return PortOut(id=done.id, services=list(done.services))
