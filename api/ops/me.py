"""GET /v1/ops/me: the calling member of staff, and what they may call."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffCaller, StaffRole
from api.http.problems import Problem
from api.http.routes import GuardedRoute, allowed_to
from api.http.schemas import ResponseModel

router = APIRouter(prefix="/v1/ops/me", tags=["staff"], route_class=GuardedRoute)

Staff = Annotated[Authorized, Depends(Allow(roles=tuple(StaffRole)))]


class StaffMember(ResponseModel):
    """The calling member of staff."""

    id: str = Field(description="Their pseudonymous id (a UUID), as in events.")
    name: str = Field(description="As their token has it.")
    roles: list[StaffRole] = Field(description="Roles of the caller, as the token names them.")
    may: list[str] = Field(
        description="`operationId` of every operation that these roles may call. A console shows"
        " what is in here, and asks for no role."
    )


@router.get("", operation_id="getStaffMember")
def get_staff_member(request: Request, admitted: Staff) -> StaffMember:
    """Return the calling member of staff, with their roles and the operations these may call."""
    caller = admitted.caller
    if not isinstance(caller, StaffCaller):
        raise Problem("insufficient_scope")
    return StaffMember(
        id=admitted.actor.id,
        name=caller.name,
        roles=sorted(caller.roles),
        may=sorted(allowed_to(request.app.routes, caller.roles)),
    )
