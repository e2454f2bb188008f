"""The mandate officer who acts in a request, and what carries it out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.delegations.refusals import as_problems
from api.http.idempotency import Done, Once
from api.mandates.schemas import Mandate
from api.parts import parts_of
from domain.audit import Actor
from services.mandates.reads import PaperMandate
from storage.database import Database


@dataclass(frozen=True, slots=True)
class ActingOfficer:
    """A member of staff who records or answers mandates."""

    admitted: Authorized
    database: Database
    zone: ZoneInfo

    @property
    def actor(self) -> Actor:
        """The actor of events."""
        return self.admitted.actor

    async def once(
        self, once: Once, work: Callable[[UUID], PaperMandate], status: int = 200
    ) -> Response:
        """Do the work once, on a thread; it gets an id of the request. Answers the mandate."""

        async def carry_out(id_: UUID) -> Done:
            with as_problems():
                done = await run_in_threadpool(work, id_)
            headers = {"Location": f"/v1/ops/mandates/{done.mandate.id}"} if status == 201 else {}
            return Done(
                status,
                Mandate.of(replace(done, services=()), self.actor, with_code=False).to_keep(),
                headers,
            )

        return await once(self.admitted, carry_out)


async def _officer(
    request: Request,
    admitted: Annotated[Authorized, Depends(Allow(roles=(StaffRole.MANDATE_OFFICER,)))],
) -> ActingOfficer:
    parts = parts_of(request)
    return ActingOfficer(admitted, parts.engine.database, parts.offers.zone)


Officer = Annotated[ActingOfficer, Depends(_officer)]
