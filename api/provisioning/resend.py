"""Route that resends a service's settings to the network."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffRole
from api.http import accepted, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.requests.operations import Operation
from services.provisioning.resend_settings import resend_settings

router = APIRouter(prefix="/v1/services", tags=["services"], route_class=GuardedRoute)

SYSTEMS_OR_OPS = Allow(scopes=(Scope.ACCOUNTS,), roles=(StaffRole.OPS,))


@router.post(
    "/{service_id}/resend",
    operation_id="resendServiceSettings",
    status_code=202,
    response_model=Operation,
    responses=problems.together(
        accepted.RESPONSES, problems.documented("not_found", "service_ended")
    ),
)
async def resend_service_settings(
    service_id: UUID,
    why: ReasonInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS_OR_OPS)],
    *,
    once: OnceOnly,
    engine: EngineDep,
) -> Response:
    """Resend a service's settings to the network.

    Accepted also while Temporal is unavailable: the resend begins once Temporal is back. Resends
    of one service run in the order in which they were requested.
    """

    async def request(operation_id: UUID) -> Done:
        operation = await resend_settings(
            engine, operation_id, service_id, actor=admitted.actor, reason=why.reason
        )
        return accepted.accepted(f"/v1/operations/{operation_id}", Operation.of(operation))

    return await once(admitted, request)
