"""Dependencies: the payer, and the viewer of payments."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Authorized
from api.billing.viewer import READERS, sights_of
from api.http.dependencies import EngineDep, acting_person
from api.parts import parts_of
from services.payments.paying import Paying
from services.payments.views import Viewer


async def _paying(request: Request) -> Paying:
    return parts_of(request).paying


PayingDep = Annotated[Paying, Depends(_paying)]
"""The banks, the rules, and the addresses."""


async def _viewer(admitted: Annotated[Authorized, Depends(READERS)], engine: EngineDep) -> Viewer:
    person_id = None
    if admitted.person is not None:
        person_id = await run_in_threadpool(acting_person, engine.database, admitted)
    return viewer_of(admitted, person_id)


def viewer_of(admitted: Authorized, person_id: UUID | None) -> Viewer:
    """Return the caller as who looks at a payment."""
    return Viewer(person_id, sights_of(admitted))


ViewerDep = Annotated[Viewer, Depends(_viewer)]
