"""Re-sending a service's settings to the network."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Response
from sqlalchemy import Row
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import Scope, StaffRole
from api.http import accepted, problems
from api.http.dependencies import EngineDep, Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.requests.operations import Operation
from domain.audit import Actor
from services import launcher
from storage.database import Database
from storage.provisioning import resends
from storage.provisioning.resends import ServiceEnded

router = APIRouter(prefix="/v1/services", tags=["operations"], route_class=GuardedRoute)

SYSTEMS_OR_OPS = Allow(scopes=(Scope.ACCOUNTS,), roles=(StaffRole.OPS,))

log = structlog.get_logger(__name__)


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
    asked: ReasonInput,
    admitted: Annotated[Authorized, Depends(SYSTEMS_OR_OPS)],
    *,
    database: Store,
    once: OnceOnly,
    engine: EngineDep,
) -> Response:
    """Send a service's settings to the network once more.

    Accepted also while Temporal is away: it begins when Temporal is back. Several for one service
    are carried out in the order in which they were asked for.
    """

    async def ask(id_: UUID) -> Done:
        row = await run_in_threadpool(
            _asked, database, id_, service_id, admitted.actor, asked.reason
        )
        await launcher.start(engine, id_)
        return accepted.accepted(f"/v1/operations/{id_}", Operation.of(row))

    return await once(admitted, ask)


def _asked(
    database: Database, operation_id: UUID, service_id: UUID, actor: Actor, why: str
) -> Row[Any]:
    try:
        with database.transaction() as session:
            row = resends.ask(session, operation_id, service_id, actor, why)
    except ServiceEnded:
        raise Problem("service_ended") from None
    if row is None:
        raise Problem("not_found")
    return row
