"""Routes of checks for drift: start one, and show the last ones."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.http import accepted, problems
from api.http.dependencies import EngineDep, Store
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.inventory.drift import Operator
from api.inventory.drift_schemas import DriftCheck, DriftChecks
from api.requests.operations import Operation
from services.inventory import drift_checks
from storage.inventory import drift_check_queries

router = APIRouter(prefix="/v1/ops/drift/checks", tags=["drift"], route_class=GuardedRoute)

_SHOWN = 20


@router.get("", operation_id="listDriftChecks")
def list_drift_checks(_admitted: Operator, database: Store) -> DriftChecks:
    """Show the last 20 checks and what each has read of every network, newest first."""
    with database.reading() as connection:
        found = drift_check_queries.checks(connection, limit=_SHOWN)
    return DriftChecks(items=[DriftCheck.of(each) for each in found])


@router.get("/{check_id}", operation_id="getDriftCheck", responses=problems.documented("not_found"))
def get_drift_check(check_id: UUID, _admitted: Operator, database: Store) -> DriftCheck:
    """Return one check: how far it has read, and what it found once it has ended."""
    with database.reading() as connection:
        found = drift_check_queries.checks(connection, check_id=check_id)
    if not found:
        raise Problem("not_found")
    return DriftCheck.of(found[0])


@router.post(
    "",
    operation_id="startDriftCheck",
    status_code=202,
    response_model=Operation,
    responses=accepted.RESPONSES,
)
async def start_drift_check(admitted: Operator, engine: EngineDep, once: OnceOnly) -> Response:
    """Compare what networks have with what services should have, besides the schedule.

    While a check is open, the answer is that one. Accepted also while Temporal is unavailable: a
    worker starts it later.
    """

    async def start(id_: UUID) -> Done:
        operation = await drift_checks.request(engine, id_, admitted.actor)
        return accepted.accepted(f"/v1/operations/{operation.id}", Operation.of(operation))

    return await once(admitted, start)
