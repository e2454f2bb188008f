"""Held runs that logins opened: what they would do, and their release all at once."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from api.http import idempotency, problems
from api.http.dependencies import EngineDep
from api.http.idempotency import Done, OnceOnly
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, ResponseModel
from api.registry.sync_runs import Operator
from services.registry import release_logins

router = APIRouter(prefix="/v1/sync/held-logins", tags=["sync"], route_class=GuardedRoute)


class HeldLogins(ResponseModel):
    """Held runs that logins opened, each about one company."""

    runs: int = Field(description="Number of the held runs.")
    ending: int = Field(description="Grants that they would end or suspend.")
    starting: int = Field(description="Grants that they would start.")


class LoginsRelease(ReasonInput):
    """Release of every held run that a login opened."""

    max_endings: int = Field(
        ge=0, description="`ending` as it was shown. If more would end now, nothing is released."
    )


class LoginsReleased(ResponseModel):
    """Numbers of held runs that were released, and that are left."""

    released: int = Field(description="Runs that this request released, 100 at most.")
    left: int = Field(description="Runs that are still held: repeat with another idempotency key.")


@router.get("", operation_id="getHeldLogins")
async def get_held_logins(_admitted: Operator, engine: EngineDep) -> HeldLogins:
    """Count the held runs that logins opened, and what releasing them would do."""
    found = await release_logins.held_logins(engine)
    return HeldLogins(runs=found.runs, ending=found.ending, starting=found.starting)


@router.post(
    "/release",
    operation_id="releaseHeldLogins",
    response_model=LoginsReleased,
    responses=problems.together(idempotency.RESPONSES, problems.documented("more_would_end")),
)
async def release_held_logins(
    asked: LoginsRelease, admitted: Operator, engine: EngineDep, once: OnceOnly
) -> Response:
    """Release the held runs that logins opened, the longest waiting first.

    The history has one decision of each run, as if each were released by itself.
    """

    async def release(id_: UUID) -> Done:
        done = await release_logins.release_logins(
            engine,
            actor=admitted.actor,
            reason=asked.reason,
            max_endings=asked.max_endings,
            decision_id=id_,
        )
        shown = LoginsReleased(released=done.released, left=done.left)
        return Done(200, shown.to_keep())

    return await once(admitted, release)
