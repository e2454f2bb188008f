"""PUT /v1/port-outs: the operator's porting system tells of a number that another one takes."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import Field, model_validator

from api.accounts.accounts import SYSTEMS
from api.auth.authorization import Authorized
from api.http import problems
from api.http.dependencies import EngineDep
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import AnyMoment, RequestModel, ResponseModel
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from domain.contracts.port_outs import PortOutState
from services.contracts import port_outs
from storage.contract_orders.leaving import ToldPortOut

router = APIRouter(prefix="/v1/port-outs", tags=["services"], route_class=GuardedRoute)

_CLOCKS_DIFFER = timedelta(minutes=5)


class PortOutInput(RequestModel):
    """A number that another operator takes, or has taken."""

    number: str = Field(pattern=r"^\+[1-9][0-9]{4,14}$", description="E.164.")
    state: PortOutState = Field(
        PortOutState.COMPLETED,
        description="How far the number has left.",
    )
    ported_at: AnyMoment = Field(
        description="When it leaves, or was to leave. Of one that is `completed`, not in the"
        " future: a service that is newer than that stays."
    )
    as_of: AnyMoment | None = Field(
        None,
        description="When the porting system knew so: what it says of an earlier time than is known"
        " changes nothing. Required unless it is `completed`.",
    )

    @model_validator(mode="after")
    def _says_when_it_knew(self) -> Self:
        if self.as_of is None and self.state is not PortOutState.COMPLETED:
            raise ValueError("as_of: of one that is announced or cancelled")
        return self


class PortOut(ResponseModel):
    """How a port-out stands, and whose services it is about."""

    id: UUID
    state: PortOutState = Field(description="How far the number has left.")
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
    *,
    request: Request,
    engine: EngineDep,
) -> PortOut:
    """Follow what the porting system says of a number that another operator takes. Idempotent.

    `announced`: the contracts of the number end at that moment, which may be moved, and nobody here
    calls that off but operations. `cancelled`: they are as before. `completed`: they end now, and
    so do its services, a Mobiil-ID among them, the access to them and what was ordered. The id is a
    UUID of the porting system's: its own, or made of its own (version 5). What is completed stays
    so, also after the number has come back.
    """
    is_gone = told.state is PortOutState.COMPLETED
    if is_gone and told.ported_at > datetime.now(UTC) + _CLOCKS_DIFFER:
        issue = ValidationIssue("/ported_at", "it is in the future")
        raise Problem("invalid", errors=[issue])
    as_of = told.as_of or told.ported_at
    parts = parts_of(request)
    digests = parts.secrets.digests(told.number)
    message = ToldPortOut(port_out_id, told.number, digests, told.state, told.ported_at, as_of)
    zone = parts.approvals.zone
    done = await port_outs.port_out(engine, message, zone, actor=admitted.actor)
    return PortOut(id=done.id, state=done.state, services=list(done.services))
