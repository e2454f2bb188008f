"""Routes of drift: list what networks have and services should not, and decide about it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.dependencies import Store
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.inventory.drift_schemas import (
    Drift,
    DriftDecided,
    DriftDecisionInput,
    DriftGroup,
    DriftGroups,
    DriftPage,
)
from domain.inventory.drift import DriftState
from domain.provisioning.targets import TARGET_NAME
from services.inventory import drift
from storage.inventory import drift_queries
from storage.inventory.drift_queries import DriftFilter, Place

router = APIRouter(prefix="/v1/ops/drift", tags=["drift"], route_class=GuardedRoute)

Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]


def _which(
    *,
    state: DriftState | None = None,
    characteristic: Annotated[str | None, Query(pattern="^[A-Za-z]{1,60}$")] = None,
    network: Annotated[
        str | None, Query(pattern=f"^$|{TARGET_NAME}", description="Empty: the usual one.")
    ] = None,
    service_id: UUID | None = None,
) -> DriftFilter:
    return DriftFilter(state, characteristic, network, service_id)


Which = Annotated[DriftFilter, Depends(_which)]


@router.get("", operation_id="listDrift", responses=pagination.RESPONSES)
def list_drift(
    _admitted: Operator, database: Store, page: pagination.Asked, which: Which
) -> DriftPage:
    """List open differences. The one that was found first comes first."""
    after = page.place("drift", Place)
    with database.reading() as connection:
        found = drift_queries.page(connection, which, after=after, limit=page.limit + 1)
    shown, following = page.cut("drift", found, lambda each: (each.found_at, each.id))
    return DriftPage(items=[Drift.of(each) for each in shown], next=following)


@router.get("/groups", operation_id="countDrift")
def count_drift(_admitted: Operator, database: Store, which: Which) -> DriftGroups:
    """Count open differences by characteristic and state."""
    with database.reading() as connection:
        groups = drift_queries.groups(connection, which)
    return DriftGroups(items=[DriftGroup(**each._asdict()) for each in groups])


# An id only: other words after /drift/ are routes of their own.
@router.get("/{drift_id:uuid}", operation_id="getDrift", responses=problems.documented("not_found"))
def get_drift(drift_id: UUID, _admitted: Operator, database: Store) -> Drift:
    """Get a difference, open or ended."""
    with database.reading() as connection:
        return Drift.of(drift.read(connection, drift_id))


@router.post(
    "/decisions",
    operation_id="decideDrift",
    response_model=DriftDecided,
    responses=idempotency.RESPONSES,
)
async def decide_drift(
    wanted: DriftDecisionInput, admitted: Operator, database: Store, once: OnceOnly
) -> Response:
    """Repair differences, or accept what the network has.

    Those that nobody has decided about are; the others stay as they are. Not everything can be
    decided so: a SIM is not sent again, and a number or a state is not accepted. Repairs begin
    within a minute; each is a `resend`.
    """
    which = DriftFilter(ids=wanted.ids)

    async def decide(_: UUID) -> Done:
        done = await run_in_threadpool(
            drift.decide,
            database,
            wanted.decision,
            which,
            actor=admitted.actor,
            note=wanted.reason,
        )
        return Done(200, DriftDecided(**done._asdict()).to_keep())

    return await once(admitted, decide)
